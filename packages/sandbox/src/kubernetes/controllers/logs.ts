import type { LogOptions, LogProvider } from '../types';
import type { ControllerContext } from './controller';
import type { Load } from './load';
import { typed, type ContainerStatus, type Pod } from './objects';

const EVERY_MS = 10_000;
const MOST = 2_000;

/** What containers write: structured lines, the same for the same pod. */
export class Logs implements LogProvider {
  readonly #context: ControllerContext;
  readonly #load: Load;

  constructor(context: ControllerContext, load: Load) {
    this.#context = context;
    this.#load = load;
  }

  #find(where: { namespace: string; name: string }, container: string) {
    const pod = this.#context.store.get(
      typed.pods,
      where.namespace,
      where.name,
    );
    const status = pod?.status?.containerStatuses?.find(
      ({ name }) => name === container,
    );
    return { pod, status };
  }

  read(
    where: { namespace: string; name: string },
    container: string,
    options: LogOptions,
  ): string[] {
    const { pod, status } = this.#find(where, container);
    if (!pod || !status) {
      return [];
    }
    const since =
      options.sinceSeconds === undefined
        ? 0
        : this.#context.now() - options.sinceSeconds * 1_000;
    const lines = this.#lines(pod, status, options.previous ?? false)
      .filter(({ at }) => at >= since)
      .map(({ at, text }) =>
        options.timestamps ? `${new Date(at).toISOString()} ${text}` : text,
      );
    return options.tailLines === undefined
      ? lines
      : lines.slice(lines.length - Math.min(lines.length, options.tailLines));
  }

  follow(
    where: { namespace: string; name: string },
    container: string,
    onLine: (line: string) => void,
  ): () => void {
    const timer = setInterval(() => {
      const { pod, status } = this.#find(where, container);
      if (pod && status?.state.running) {
        onLine(this.#request(pod, this.#context.now()));
      }
    }, this.#context.scaled(EVERY_MS));
    timer.unref();
    return () => clearInterval(timer);
  }

  #lines(
    pod: Pod,
    status: ContainerStatus,
    previous: boolean,
  ): { at: number; text: string }[] {
    const ended = status.lastState.terminated;
    const started = previous
      ? ended?.startedAt
      : (status.state.running?.startedAt ?? ended?.startedAt);
    if (!started) {
      return [];
    }
    const begin = Date.parse(started);
    const lines = [
      { at: begin, text: line(pod, begin, 30, 'starting') },
      {
        at: begin + 120,
        text: line(pod, begin + 120, 30, 'server listening', { port: 8080 }),
      },
    ];
    if (ended && (previous || !status.state.running)) {
      const at = Date.parse(ended.finishedAt);
      lines[1] = {
        at,
        text: line(pod, at, 60, (ended.message ?? ended.reason).trim()),
      };
      return lines;
    }
    const now = this.#context.now();
    const first = Math.max(begin + EVERY_MS, now - MOST * EVERY_MS);
    for (let at = first; at <= now; at += EVERY_MS) {
      lines.push({ at, text: this.#request(pod, at) });
    }
    return lines;
  }

  #request(pod: Pod, at: number): string {
    const busy = this.#load.loadOf(pod) ?? 0;
    return line(pod, at, 30, 'request completed', {
      method: 'GET',
      url: busy > 0 ? '/' : '/healthz/ready',
      statusCode: 200,
      responseTime: Math.round(2 + busy / 10),
    });
  }
}

/** Pino's form: 30 is info, 60 is fatal. */
function line(
  pod: Pod,
  at: number,
  level: number,
  msg: string,
  rest: object = {},
): string {
  return JSON.stringify({
    level,
    time: at,
    hostname: pod.metadata.name,
    ...rest,
    msg,
  });
}
