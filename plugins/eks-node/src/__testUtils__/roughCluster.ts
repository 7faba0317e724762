import { createServerCertificate } from '@slipway/sandbox';
import type { KubeConfig } from '@kubernetes/client-node';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { createKubeConfig } from '../kubernetes/kubeConfig';

/** How a rough cluster answers one request. */
export type RoughAnswer = (
  response: ServerResponse,
  request: { isWatch: boolean; url: URL; token: string },
) => void;

/** A cluster's API of which a test decides each byte. */
export interface RoughCluster {
  /** Of lists and watches; may be changed at any time. */
  readonly answers: { list: RoughAnswer; watch: RoughAnswer };
  /** Requests so far. */
  readonly requests: readonly { isWatch: boolean; url: URL; at: number }[];
  /** Connections that are open. */
  readonly connections: number;
  /**
   * @param trusted - whether the authority is the one that made its certificate
   */
  connect(options?: { trusted?: boolean; token?: string }): Promise<KubeConfig>;
  stop(): Promise<void>;
}

/** A NetworkPolicy as an API server gives it. */
export function policy(name: string, resourceVersion = '1') {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'orders', resourceVersion },
  };
}

/** Answers a list with these objects. */
export const listOf =
  (names: string[], metadata: Record<string, string> = {}): RoughAnswer =>
  response => {
    response.end(
      JSON.stringify({
        kind: 'NetworkPolicyList',
        apiVersion: 'networking.k8s.io/v1',
        metadata: { resourceVersion: '10', ...metadata },
        items: names.map(name => policy(name)),
      }),
    );
  };

/** Answers with a status and nothing else. */
export const statusOf =
  (status: number, headers: Record<string, string> = {}): RoughAnswer =>
  response => {
    response.writeHead(status, headers).end('{}');
  };

/** A watch over which nothing happens. */
export const quiet: RoughAnswer = response => {
  response.writeHead(200).flushHeaders();
};

/** Starts one that has no objects, and over whose watches nothing happens. */
export async function startRoughCluster(): Promise<RoughCluster> {
  const [own, other] = await Promise.all([
    createServerCertificate('rough', Date.now()),
    createServerCertificate('another', Date.now()),
  ]);
  const requests: { isWatch: boolean; url: URL; at: number }[] = [];
  const sockets = new Set<Duplex>();
  const answers: RoughCluster['answers'] = {
    list: listOf([]),
    watch: quiet,
  };
  const server = createServer(
    { cert: own.certificate, key: own.key },
    (request: IncomingMessage, response: ServerResponse) => {
      const url = new URL(request.url ?? '/', 'https://rough');
      const isWatch = url.searchParams.get('watch') === 'true';
      requests.push({ isWatch, url, at: Date.now() });
      const token = request.headers.authorization ?? '';
      answers[isWatch ? 'watch' : 'list'](response, { isWatch, url, token });
    },
  );
  server.on('connection', socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The server does not listen on a port');
  }
  const { port } = address;
  return {
    answers,
    requests,
    get connections() {
      return sockets.size;
    },
    connect: ({ trusted = true, token = 'token' } = {}) =>
      createKubeConfig({
        clusterArn: 'rough',
        endpoint: `https://127.0.0.1:${port}`,
        certificateAuthority: Buffer.from(
          (trusted ? own : other).certificateAuthority,
        ).toString('base64'),
        token: async () => token,
      }),
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
