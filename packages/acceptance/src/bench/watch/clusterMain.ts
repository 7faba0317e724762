import { createServerCertificate } from '@slipway/sandbox';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { podOf } from './pod';

/* A cluster that has nothing but pods, in a process of its own. */

/** What the benchmark tells the cluster to do. */
export interface Command {
  change?: { pod: number };
}

/** What the cluster tells the benchmark. */
export interface News {
  started?: { url: string; certificateAuthority: string };
  requests?: number;
}

const COUNT = Number(process.argv[2]);
let version = COUNT;
let requests = 0;
const watches = new Set<ServerResponse>();

function list(response: ServerResponse, query: URLSearchParams) {
  const from = Number(query.get('continue') ?? 0);
  const to = Math.min(COUNT, from + Number(query.get('limit') ?? COUNT));
  const items = Array.from({ length: to - from }, (_, index) =>
    podOf(from + index, String(from + index)),
  );
  response.end(
    JSON.stringify({
      kind: 'PodList',
      apiVersion: 'v1',
      metadata: {
        resourceVersion: String(version),
        ...(to < COUNT && { continue: String(to) }),
      },
      items,
    }),
  );
}

function change(pod: number) {
  version += 1;
  const { metadata, ...object } = podOf(pod, String(version));
  const annotations = { ...metadata.annotations, at: String(Date.now()) };
  const event = {
    type: 'MODIFIED',
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      ...object,
      metadata: { ...metadata, annotations },
    },
  };
  watches.forEach(watch => watch.write(`${JSON.stringify(event)}\n`));
}

async function main() {
  const { certificate, key, certificateAuthority } =
    await createServerCertificate('bench', Date.now());
  const server = createServer(
    { cert: certificate, key },
    (request, response) => {
      requests += 1;
      process.send?.({ requests } satisfies News);
      const { searchParams } = new URL(request.url ?? '/', 'https://cluster');
      if (searchParams.get('watch') === 'true') {
        watches.add(response);
        response.once('close', () => watches.delete(response));
        response.writeHead(200).flushHeaders();
      } else {
        list(response, searchParams);
      }
    },
  );
  process.on('message', (command: Command) => {
    if (command.change) {
      change(command.change.pod);
    }
  });
  process.once('disconnect', () => process.exit());
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address !== 'string') {
      const url = `https://127.0.0.1:${address.port}`;
      process.send?.({
        started: { url, certificateAuthority },
      } satisfies News);
    }
  });
}

main().catch(error => {
  process.stderr.write(`${error}\n`);
  process.exit(1);
});
