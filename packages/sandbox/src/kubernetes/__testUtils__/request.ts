import { request as httpsRequest } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import type { KubeConfig } from '@kubernetes/client-node';

/** An answer; a JSON body is parsed. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  // The tests say what they expect of it.
  body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** What goes along with a request. */
export interface RequestParts {
  body?: object | string;
  headers?: Record<string, string>;
}

/** One request as it goes over the wire, for what the client does not show. */
export function request(
  kubeConfig: KubeConfig,
  method: string,
  path: string,
  { body, headers }: RequestParts = {},
): Promise<Answer> {
  const { server, caData = '' } = kubeConfig.getCurrentCluster() ?? {};
  const token = kubeConfig.getCurrentUser()?.token;
  const bytes = typeof body === 'object' ? JSON.stringify(body) : body;
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(
      `${server}${path}`,
      {
        method,
        ca: Buffer.from(caData, 'base64'),
        agent: false,
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(bytes !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(bytes),
          }),
          ...headers,
        },
      },
      response => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', chunk => {
          text += chunk;
        });
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: /json/.test(response.headers['content-type'] ?? '')
              ? parseEach(text)
              : text,
          }),
        );
      },
    );
    sent.once('error', reject);
    sent.end(bytes);
  });
}

/** One document, or the events of a watch. */
function parseEach(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line));
  }
}

/** Objects for the tests. */
export const configMap = (
  name: string,
  data: Record<string, string> = {},
  labels: Record<string, string> = {},
) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels },
  data,
});

const podSpec = (container: object = {}) => ({
  containers: [{ name: 'app', image: 'registry/app:1', ...container }],
});

export const deployment = (name: string, spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: podSpec() },
    ...spec,
  },
});
