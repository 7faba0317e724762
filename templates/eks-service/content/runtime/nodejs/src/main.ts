import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { shutDown } from './shutdown.ts';

const config = readConfig(process.env);
const app = createApp(config);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, async () => {
    app.server.log.info({ signal }, 'stopping');
    process.exit(await shutDown(app, config.drainTimeout));
  });
}

const host = '0.0.0.0';
await app.metrics.listen({ port: config.metricsPort, host });
await app.server.listen({ port: config.port, host });
