import type { HttpAnswer } from '../../core';
import { json } from '../answers';
import { isAllowed } from '../authorization';
import { parseBody } from '../body';
import { contentTypeOf, type ApiServerOptions, type Call } from '../call';
import { notFound } from '../errors';
import { objectAt } from '../json';
import { apiVersionOf } from '../kinds';
import { metricsObject, metricsObjects } from '../metrics';
import type { Route } from '../route';
import type { ClusterIdentity, Json } from '../types';

/** Kinds that are not stored: metrics, and reviews of who one is and may. */
export function computed(
  options: ApiServerOptions,
  identity: ClusterIdentity,
  { method, query, request }: Call,
  { kind, namespace, name }: Route,
  body: Buffer,
): HttpAnswer {
  if (kind.group === 'metrics.k8s.io') {
    return json(
      200,
      name
        ? metricsObject(options.metrics, kind, namespace, name)
        : metricsObjects(options.metrics, kind, {
            namespace,
            labelSelector: query.get('labelSelector') ?? undefined,
          }),
    );
  }
  if (method !== 'POST') {
    throw notFound(kind, name ?? '');
  }
  const review = {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: {},
  };
  if (kind.kind === 'SelfSubjectReview') {
    const { username, groups } = identity;
    return json(201, { ...review, status: { userInfo: { username, groups } } });
  }
  const spec = objectAt(parseBody(body, contentTypeOf(request)), 'spec');
  const wanted = objectAt(spec, 'resourceAttributes');
  const text = (value: Json | undefined) =>
    typeof value === 'string' && value !== '' ? value : undefined;
  const allowed = isAllowed(options.store, identity, {
    verb: text(wanted.verb) ?? '*',
    group: text(wanted.group) ?? '',
    resource: text(wanted.resource) ?? '*',
    subresource: text(wanted.subresource),
    namespace: text(wanted.namespace),
    name: text(wanted.name),
  });
  return json(201, { ...review, spec, status: { allowed } });
}
