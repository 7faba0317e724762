import { createServerCertificate } from '@slipway/sandbox';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { podOf } from '../watch/pod';

/* Clusters with one service's pods, all in a process of their own. */

/** How a cluster answers: well, never, or that it may not. */
export type Behaviour = 'healthy' | 'hanging' | 'denied';

/** What a cluster was asked, and what it sent. */
export interface Counts {
  lists: number;
  watches: number;
  /** Reads of the metrics API. */
  metrics: number;
  other: number;
  /** Bytes of all answers. */
  bytes: number;
}

/** What the benchmark tells the clusters. */
export interface FarmCommand {
  /** Restarts of a pod of the first cluster, from now on. */
  restarts?: number;
  count?: true;
}

/** What the clusters tell the benchmark. */
export interface FarmNews {
  started?: { url: string; caData: string }[];
  changed?: { restarts: number; at: number };
  counts?: Counts;
}

const PODS = Number(process.argv[2]);
const BEHAVIOURS = process.argv.slice(3) as Behaviour[];

const counts: Counts = { lists: 0, watches: 0, metrics: 0, other: 0, bytes: 0 };

const JSON_TYPE = { 'content-type': 'application/json' };

function send(response: ServerResponse, text: string, status = 200) {
  counts.bytes += Buffer.byteLength(text);
  response.writeHead(status, JSON_TYPE).end(text);
}

/** One cluster's pods as text: a list is written out once for each change. */
class Pods {
  readonly #texts: string[];
  readonly #watches = new Set<ServerResponse>();
  #version = 1;

  constructor() {
    this.#texts = Array.from({ length: PODS }, (_, index) =>
      JSON.stringify(this.#pod(index, 0)),
    );
  }

  #pod(index: number, restarts: number) {
    const { metadata, spec, status } = podOf(index, String(this.#version));
    return {
      metadata: {
        ...metadata,
        name: `orders-7c9d8f6b5d-${index.toString(36).padStart(5, '0')}`,
        namespace: 'orders',
        uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
        labels: { ...metadata.labels, 'app.kubernetes.io/name': 'orders' },
      },
      spec,
      status: {
        ...status,
        containerStatuses: status.containerStatuses.map(container => ({
          ...container,
          restartCount: restarts,
        })),
      },
    };
  }

  list(response: ServerResponse, query: URLSearchParams) {
    const from = Number(query.get('continue') ?? 0);
    const to = Math.min(PODS, from + Number(query.get('limit') ?? PODS));
    const metadata = {
      resourceVersion: String(this.#version),
      ...(to < PODS && { continue: String(to) }),
    };
    send(
      response,
      `{"kind":"PodList","apiVersion":"v1","metadata":${JSON.stringify(
        metadata,
      )},"items":[${this.#texts.slice(from, to).join(',')}]}`,
    );
  }

  watch(response: ServerResponse) {
    this.#watches.add(response);
    response.once('close', () => this.#watches.delete(response));
    response.writeHead(200, JSON_TYPE).flushHeaders();
  }

  change(restarts: number) {
    this.#version += 1;
    const index = restarts % PODS;
    const pod = this.#pod(index, restarts);
    this.#texts[index] = JSON.stringify(pod);
    const object = { apiVersion: 'v1', kind: 'Pod', ...pod };
    const line = `${JSON.stringify({ type: 'MODIFIED', object })}\n`;
    for (const watch of this.#watches) {
      counts.bytes += line.length;
      watch.write(line);
    }
  }
}

const GROUPS = JSON.stringify({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: [{ name: 'metrics.k8s.io' }],
});

/** Usage of all pods, other figures every fifteen seconds. */
const usage = { interval: 0, text: '' };

function metricsText(): string {
  const interval = Math.floor(Date.now() / 15_000);
  if (interval !== usage.interval) {
    const timestamp = new Date(interval * 15_000).toISOString();
    const items = Array.from({ length: PODS }, (_, index) => ({
      metadata: {
        name: `orders-7c9d8f6b5d-${index.toString(36).padStart(5, '0')}`,
        namespace: 'orders',
        labels: { 'app.kubernetes.io/name': 'orders' },
      },
      timestamp,
      window: '15s',
      containers: [
        {
          name: 'app',
          usage: {
            cpu: `${20 + ((interval + index) % 23)}m`,
            memory: `${90 + ((interval + index) % 17)}Mi`,
          },
        },
      ],
    }));
    usage.interval = interval;
    usage.text = JSON.stringify({
      kind: 'PodMetricsList',
      apiVersion: 'metrics.k8s.io/v1beta1',
      metadata: {},
      items,
    });
  }
  return usage.text;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  pods: Pods,
) {
  const { pathname, searchParams } = new URL(
    request.url ?? '/',
    'https://cluster',
  );
  if (pathname.startsWith('/apis/metrics.k8s.io/')) {
    counts.metrics += 1;
    send(response, metricsText());
  } else if (searchParams.get('watch') === 'true') {
    counts.watches += 1;
    if (pathname.endsWith('/pods')) {
      pods.watch(response);
    } else {
      response.writeHead(200, JSON_TYPE).flushHeaders();
    }
  } else if (/^\/(api(\/v1)?|apis(\/[^/]+){0,2})\/?$/.test(pathname)) {
    counts.other += 1;
    send(response, GROUPS);
  } else {
    counts.lists += 1;
    if (pathname.endsWith('/pods')) {
      pods.list(response, searchParams);
    } else {
      send(
        response,
        '{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}',
      );
    }
  }
}

async function startCluster(behaviour: Behaviour, pods: Pods) {
  const { certificate, key, certificateAuthority } =
    await createServerCertificate('bench', Date.now());
  const server = createServer(
    { cert: certificate, key },
    (request, response) => {
      if (behaviour === 'healthy') {
        answer(request, response, pods);
      } else if (behaviour === 'denied') {
        counts.other += 1;
        send(
          response,
          '{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,"message":"forbidden"}',
          403,
        );
      } else {
        counts.other += 1;
      }
    },
  );
  return await new Promise<{ url: string; caData: string }>(done =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      done({
        url: `https://127.0.0.1:${port}`,
        caData: Buffer.from(certificateAuthority).toString('base64'),
      });
    }),
  );
}

const tell = (news: FarmNews) => process.send?.(news);

async function main() {
  const first = new Pods();
  // The others' pods never change: one set serves them all.
  const rest = BEHAVIOURS.length > 1 ? new Pods() : first;
  const started = await Promise.all(
    BEHAVIOURS.map((behaviour, index) =>
      startCluster(behaviour, index === 0 ? first : rest),
    ),
  );
  process.on('message', ({ restarts, count }: FarmCommand) => {
    if (restarts !== undefined) {
      const at = Date.now();
      first.change(restarts);
      tell({ changed: { restarts, at } });
    }
    if (count) {
      tell({ counts });
    }
  });
  process.once('disconnect', () => process.exit());
  tell({ started });
}

main().catch(error => {
  process.stderr.write(`${error}\n`);
  process.exit(1);
});
