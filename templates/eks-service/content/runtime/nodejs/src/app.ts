import Fastify, { type FastifyInstance } from 'fastify';
import { measure } from './metrics.ts';
import { name } from './name.ts';

/** The service, not yet listening. */
export interface App {
  /** What callers reach. */
  server: FastifyInstance;
  /** What collects metrics reaches, on a port of its own. */
  metrics: FastifyInstance;
  /** From now on the service says that it wants no new requests. */
  drain(): void;
}

/** Routes, health, metrics and logs. */
export function createApp(options: { logLevel: string }): App {
  let draining = false;
  const server = Fastify({
    logger: { level: options.logLevel },
    // Behind a load balancer, which says who asked.
    trustProxy: true,
    forceCloseConnections: 'idle',
  });

  server.get('/', async () => ({ service: name }));

  // Alive: the process answers. Says nothing of other systems, or their
  // failure would restart every pod.
  server.get('/healthz/live', { logLevel: 'silent' }, async () => ({
    status: 'ok',
  }));
  // Ready: wants requests. Check here what no request can do without. The load
  // balancer asks at a path of its own, so that either can change.
  for (const path of ['/healthz/ready', '/healthz/load-balancer']) {
    server.get(path, { logLevel: 'silent' }, async (_, reply) =>
      draining
        ? reply.code(503).send({ status: 'draining' })
        : { status: 'ok' },
    );
  }

  return {
    server,
    metrics: measure(server),
    drain() {
      draining = true;
    },
  };
}
