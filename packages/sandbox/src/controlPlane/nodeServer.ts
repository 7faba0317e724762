import { createServer } from 'node:https';
import type { ServerResponse } from 'node:http';
import {
  close,
  type HttpAnswer,
  listen,
  type ServerCertificate,
} from '../core';
import { json, statusAnswer } from '../kubernetes/answers';
import { discoveryDocument } from '../kubernetes/discovery';
import { StatusError } from '../kubernetes/errors';
import {
  followLog,
  type LogSource,
  readLog,
} from '../kubernetes/handlers/logs';
import { kinds } from '../kubernetes/kinds';
import { metricsObject, metricsObjects } from '../kubernetes/metrics';
import { parseRoute } from '../kubernetes/route';
import type { MetricsProvider } from '../kubernetes/types';

const METRICS_KINDS = [kinds.podMetrics, kinds.nodeMetrics];

/** Plays the kubelets, as far as logs, and a metrics server. */
export interface NodeServer {
  port: number;
  stop(): Promise<void>;
}

interface NodeServerOptions extends LogSource {
  certificate: ServerCertificate;
  metrics: MetricsProvider;
  version: string;
}

const notThere = () =>
  new StatusError({
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
    details: {},
  });

function metricsAnswer(
  { metrics, version }: NodeServerOptions,
  url: URL,
  accept: string,
): HttpAnswer {
  const route = parseRoute(url.pathname, METRICS_KINDS);
  if (route) {
    return json(
      200,
      route.name
        ? metricsObject(metrics, route.kind, route.namespace, route.name)
        : metricsObjects(metrics, route.kind, {
            namespace: route.namespace,
            labelSelector: url.searchParams.get('labelSelector') ?? undefined,
          }),
    );
  }
  const document = discoveryDocument(
    url.pathname,
    METRICS_KINDS,
    version,
    accept,
  );
  if (!document) {
    throw notThere();
  }
  return {
    ...json(200, document.body),
    headers: { 'content-type': document.contentType ?? 'application/json' },
  };
}

function answerLogs(
  options: NodeServerOptions,
  url: URL,
  response: ServerResponse,
): HttpAnswer | undefined {
  const [, , namespace, name, container] = url.pathname
    .split('/')
    .map(decodeURIComponent);
  const query = new URLSearchParams(url.searchParams);
  query.set('container', container);
  const call = { query, response };
  const route = { kind: kinds.pods, namespace, name };
  if (query.get('follow') === 'true') {
    followLog(options, call, route);
    return undefined;
  }
  return readLog(options, call, route);
}

/** Starts both on one port, for the API server alone to call. */
export async function startNodeServer(
  options: NodeServerOptions,
): Promise<NodeServer> {
  const { certificate, key } = options.certificate;
  const server = createServer(
    { cert: certificate, key },
    (request, response) => {
      const url = new URL(request.url ?? '/', 'https://localhost');
      const isLog = url.pathname.startsWith('/containerLogs/');
      let answer: HttpAnswer | undefined;
      try {
        answer = isLog
          ? answerLogs(options, url, response)
          : metricsAnswer(options, url, request.headers.accept ?? '');
      } catch (error) {
        const refusal = error instanceof StatusError ? error : notThere();
        // A kubelet says it as plain text, of which the API server makes a Status.
        answer = isLog
          ? { status: refusal.code, body: refusal.message }
          : statusAnswer(refusal);
      }
      if (answer) {
        response.writeHead(answer.status, answer.headers).end(answer.body);
      }
    },
  );
  const port = await listen(server, 0, 'the nodes of a cluster');
  return { port, stop: () => close(server) };
}
