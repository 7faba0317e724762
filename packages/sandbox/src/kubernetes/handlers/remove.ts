import type { HttpAnswer } from '../../core';
import { json, success } from '../answers';
import { parseBody } from '../body';
import {
  contentTypeOf,
  filterOf,
  isDryRun,
  type ApiServerOptions,
  type Call,
} from '../call';
import { toVersion } from '../conversion';
import { badRequest, StatusError } from '../errors';
import { asJson, at, objectAt } from '../json';
import { kinds, storedKind } from '../kinds';
import type { Route } from '../route';
import {
  matchesSelector,
  readSelector,
  requireFieldSelector,
} from '../selectors';
import type {
  Json,
  KubernetesObject,
  ObjectStore,
  RemoveOptions,
} from '../types';
import { listOf } from './read';
import { trial } from './trial';

const sentOptions = ({ request }: Call, body: Buffer): Json =>
  body.length > 0 ? parseBody(body, contentTypeOf(request)) : {};

export function removeObject(
  options: ApiServerOptions,
  call: Call,
  { kind, namespace, name = '' }: Route,
  body: Buffer,
): HttpAnswer {
  const stored = storedKind(kind);
  const current = options.store.get(stored, namespace, name);
  const store = isDryRun(call)
    ? trial(options, current ? [current] : [])
    : options.store;
  const removed = store.remove(
    stored,
    namespace,
    name,
    removeOptions(call, sentOptions(call, body)),
  );
  // What lingers is returned; what is gone is a Status.
  return json(
    200,
    store.get(stored, namespace, name)
      ? asJson(toVersion(kind, removed))
      : success(kind, removed),
  );
}

export function removeObjects(
  options: ApiServerOptions,
  call: Call,
  route: Route,
  body: Buffer,
): HttpAnswer {
  const stored = storedKind(route.kind);
  const filter = filterOf(call, route);
  requireFieldSelector(route.kind, filter.fieldSelector);
  const objects = options.store.list(stored, filter);
  const store = isDryRun(call) ? trial(options, objects) : options.store;
  const wanted = removeOptions(call, sentOptions(call, body));
  const removed = objects.map(({ metadata }) =>
    store.remove(stored, metadata.namespace, metadata.name, wanted),
  );
  return json(
    200,
    listOf(route.kind, removed, {
      resourceVersion: String(store.resourceVersion),
    }),
  );
}

function removeOptions({ query }: Call, sent: Json): RemoveOptions {
  const grace =
    at(sent, 'gracePeriodSeconds') ?? query.get('gracePeriodSeconds');
  const policy =
    at(sent, 'propagationPolicy') ?? query.get('propagationPolicy');
  const { uid, resourceVersion } = objectAt(sent, 'preconditions');
  return {
    ...(grace !== null && { gracePeriodSeconds: Number(grace) }),
    propagationPolicy: propagationPolicy(policy),
    preconditions: {
      ...(typeof uid === 'string' && { uid }),
      ...(typeof resourceVersion === 'string' && { resourceVersion }),
    },
  };
}

function propagationPolicy(
  policy: Json | undefined,
): RemoveOptions['propagationPolicy'] {
  switch (policy) {
    case undefined:
    case null:
      return 'Background';
    case 'Background':
    case 'Foreground':
    case 'Orphan':
      return policy;
    default:
      throw badRequest(
        `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: ${JSON.stringify(
          policy,
        )}: supported values: "Background", "Foreground", "Orphan"`,
      );
  }
}

/** Removes a pod, unless a disruption budget forbids. */
export function evict(
  options: ApiServerOptions,
  call: Call,
  { kind, namespace, name = '' }: Route,
  body: Buffer,
): HttpAnswer {
  const { store } = options;
  const pod = store.get(kind, namespace, name);
  const eviction = parseBody(body, contentTypeOf(call.request));
  if (pod && !isDryRun(call)) {
    spendDisruption(store, pod);
    store.remove(
      kind,
      namespace,
      name,
      removeOptions(call, objectAt(eviction, 'deleteOptions')),
    );
  } else if (!pod) {
    store.remove(kind, namespace, name);
  }
  return json(201, success());
}

function spendDisruption(store: ObjectStore, pod: KubernetesObject) {
  const budgets = store
    .list(kinds.podDisruptionBudgets, { namespace: pod.metadata.namespace })
    .filter(budget =>
      matchesSelector(
        readSelector(objectAt(asJson(budget), 'spec.selector')),
        pod.metadata.labels,
      ),
    );
  for (const budget of budgets) {
    const status = objectAt(asJson(budget), 'status');
    const allowed = Number(status.disruptionsAllowed ?? 0);
    if (allowed <= 0) {
      throw new StatusError({
        code: 429,
        reason: 'TooManyRequests',
        message:
          "Cannot evict pod as it would violate the pod's disruption budget.",
        details: {
          causes: [
            {
              reason: 'DisruptionBudget',
              message: `The disruption budget ${
                budget.metadata.name
              } needs ${Number(
                status.desiredHealthy ?? 0,
              )} healthy pods and has ${Number(
                status.currentHealthy ?? 0,
              )} currently`,
            },
          ],
        },
      });
    }
    const spent = { ...status, disruptionsAllowed: allowed - 1 };
    store.updateStatus(
      kinds.podDisruptionBudgets,
      Object.assign(budget, { status: spent }),
    );
  }
}
