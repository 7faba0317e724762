import { StandardRetryStrategy } from '@smithy/core/retry';

interface Client {
  config: {
    maxAttempts(): Promise<number>;
    retryStrategy: unknown;
  };
}

function isClient(value: unknown): value is Client {
  return (
    typeof value === 'object' &&
    value !== null &&
    'config' in value &&
    typeof value.config === 'object' &&
    value.config !== null &&
    'retryStrategy' in value.config &&
    'maxAttempts' in value.config
  );
}

/** As often as before, but at once. */
function hasten({ config }: Client): void {
  const { maxAttempts } = config;
  config.retryStrategy = async () =>
    new StandardRetryStrategy({
      maxAttempts: await maxAttempts(),
      backoff: { computeNextBackoffDelay: () => 0, setDelayBase() {} },
    });
}

/**
 * The same AWS clients, which try a call as often as they would, but do not
 * wait in between: thousands of faults would be hours of waiting.
 */
export function withoutDelays<T extends object>(clients: T): T {
  const hastened = new WeakSet<object>();
  return new Proxy(clients, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') {
        return member;
      }
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(member, target, args);
        if (isClient(result) && !hastened.has(result)) {
          hastened.add(result);
          hasten(result);
        }
        return result;
      };
    },
  });
}
