/** What the environment decides. */
export interface Config {
  /** Port to listen on; PORT, default 8080. */
  port: number;
  /** Port for metrics; METRICS_PORT, default 9090. */
  metricsPort: number;
  /** Pino's level; LOG_LEVEL, default `info`. */
  logLevel: string;
  /** Milliseconds to finish what was begun when asked to stop; DRAIN_TIMEOUT_MS, default 25 s. */
  drainTimeout: number;
}

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Reads and checks the environment: a wrong value is found at the start. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    port: integer(env, 'PORT', 8080, 65_535),
    metricsPort: integer(env, 'METRICS_PORT', 9090, 65_535),
    logLevel: oneOf(env, 'LOG_LEVEL', 'info', levels),
    drainTimeout: integer(env, 'DRAIN_TIMEOUT_MS', 25_000, 600_000),
  };
}

function integer(
  env: NodeJS.ProcessEnv,
  name: string,
  usual: number,
  max: number,
): number {
  const text = env[name] ?? String(usual);
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new Error(`${name}: "${text}" is not a whole number up to ${max}`);
  }
  return value;
}

function oneOf(
  env: NodeJS.ProcessEnv,
  name: string,
  usual: string,
  allowed: string[],
): string {
  const value = env[name] ?? usual;
  if (!allowed.includes(value)) {
    throw new Error(`${name}: "${value}" is none of ${allowed.join(', ')}`);
  }
  return value;
}
