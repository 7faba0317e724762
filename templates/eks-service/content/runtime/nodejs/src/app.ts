import Fastify, { type FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { name } from './name.ts';

/** The service, not yet listening. */
export interface App {
  server: FastifyInstance;
  /** From now on `/healthz/ready` says no, so that no new requests come. */
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

  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from a request to its answer.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  server.addHook('onResponse', async (request, reply) => {
    duration.observe(
      {
        method: request.method,
        // The pattern: a label for each path would never end.
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
      },
      reply.elapsedTime / 1000,
    );
  });

  server.get('/', async () => ({ service: name }));

  // Alive: the process answers. Says nothing of other systems, or their
  // failure would restart every pod.
  server.get('/healthz/live', { logLevel: 'silent' }, async () => ({
    status: 'ok',
  }));
  // Ready: wants requests. Check here what no request can do without.
  server.get('/healthz/ready', { logLevel: 'silent' }, async (_, reply) =>
    draining ? reply.code(503).send({ status: 'draining' }) : { status: 'ok' },
  );
  server.get('/metrics', { logLevel: 'silent' }, async (_, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );

  return {
    server,
    drain() {
      draining = true;
    },
  };
}
