import type { HttpAnswer } from '../../core';
import { isTrue, numberOf, type Call } from '../call';
import { badRequest, notFound } from '../errors';
import { asJson, at, listAt } from '../json';
import type { Route } from '../route';
import type {
  JsonObject,
  KubernetesObject,
  LogOptions,
  LogProvider,
  ObjectStore,
} from '../types';

/** Where pods are and what they write. */
export interface LogSource {
  store: Pick<ObjectStore, 'get' | 'subscribe'>;
  logs: LogProvider;
}

/** What is asked for, and where the answer goes. */
type LogCall = Pick<Call, 'query' | 'response'>;

const PLAIN = { 'content-type': 'text/plain' };

/** Which container's lines are asked for, and which of them. */
function understandLog(options: LogSource, call: LogCall, route: Route) {
  const { kind, namespace = '', name = '' } = route;
  const pod = options.store.get(kind, namespace, name);
  if (!pod) {
    throw notFound(kind, name);
  }
  const optional = <K extends string>(key: K) => {
    const value = numberOf(call, key);
    return value === undefined ? {} : { [key]: value };
  };
  const wanted: LogOptions = {
    previous: isTrue(call, 'previous'),
    timestamps: isTrue(call, 'timestamps'),
    ...optional('tailLines'),
    ...optional('sinceSeconds'),
  };
  return {
    where: { namespace, name },
    container: containerOf(call, pod, wanted.previous ?? false),
    wanted,
  };
}

export function readLog(
  options: LogSource,
  call: LogCall,
  route: Route,
): HttpAnswer {
  const { where, container, wanted } = understandLog(options, call, route);
  const text = options.logs
    .read(where, container, wanted)
    .map(line => `${line}\n`)
    .join('');
  const limit = numberOf(call, 'limitBytes');
  return {
    status: 200,
    headers: PLAIN,
    body: limit ? Buffer.from(text).subarray(0, limit) : text,
  };
}

/** Writes lines as they come until the client leaves; answers by itself. */
export function followLog(
  options: LogSource,
  call: LogCall,
  route: Route,
): void {
  const { where, container, wanted } = understandLog(options, call, route);
  const { response } = call;
  response.writeHead(200, PLAIN);
  response.flushHeaders();
  const write = (line: string) => response.write(`${line}\n`);
  options.logs.read(where, container, wanted).forEach(write);
  const stops = [options.logs.follow(where, container, write)];
  const stop = () => stops.forEach(each => each());
  // A stream ends with the pod it follows.
  stops.push(
    options.store.subscribe(({ type, object }) => {
      if (
        type === 'DELETED' &&
        object.kind === 'Pod' &&
        object.metadata.name === where.name &&
        object.metadata.namespace === where.namespace
      ) {
        stop();
        response.end();
      }
    }),
  );
  response.once('close', stop);
}

function containerOf(
  call: LogCall,
  pod: KubernetesObject,
  previous: boolean,
): string {
  const spec = asJson(pod);
  const { name: podName } = pod.metadata;
  const names = ['spec.initContainers', 'spec.containers'].map(path =>
    listAt(spec, path).map(({ name }) => String(name)),
  );
  const [, containers] = names;
  const asked = call.query.get('container');
  if (asked && !names.flat().includes(asked)) {
    throw badRequest(`container ${asked} is not valid for pod ${podName}`);
  }
  if (!asked && containers.length > 1) {
    throw badRequest(
      `a container name must be specified for pod ${podName}, choose one of: [${containers.join(
        ' ',
      )}]`,
    );
  }
  const container = asked ?? containers[0];
  const status = [
    ...listAt(spec, 'status.initContainerStatuses'),
    ...listAt(spec, 'status.containerStatuses'),
  ].find(({ name }) => name === container);
  refuseSilent(`container "${container}" in pod "${podName}"`, status);
  if (previous && !Number(status?.restartCount ?? 0)) {
    throw badRequest(
      `previous terminated container "${container}" in pod "${podName}" not found`,
    );
  }
  return container;
}

/** A container that never ran has written nothing. */
function refuseSilent(what: string, status: JsonObject | undefined) {
  const reason = at(status, 'state.waiting.reason');
  if (reason === undefined || Number(status?.restartCount ?? 0) > 0) {
    return;
  }
  throw badRequest(
    `${what} is waiting to start: ${
      reason === 'ErrImagePull' || reason === 'ImagePullBackOff'
        ? 'trying and failing to pull image'
        : String(reason)
    }`,
  );
}
