import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { isRecord } from '../core';
import { setDefaults } from '../kubernetes/defaults';
import type { KubernetesObject } from '../kubernetes/types';
import { POLICIES } from './principals';

// eslint-disable-next-line no-restricted-syntax -- never built, it runs from its sources
const OBJECTS = join(__dirname, 'objects');

function isKubernetesObject(value: unknown): value is KubernetesObject {
  return (
    isRecord(value) &&
    typeof value.apiVersion === 'string' &&
    typeof value.kind === 'string' &&
    isRecord(value.metadata) &&
    typeof value.metadata.name === 'string'
  );
}

function readObjects(file: string): KubernetesObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map(document => {
    const object: unknown = document.toJS();
    if (!isKubernetesObject(object)) {
      throw new Error(`${file} has a document that is not a Kubernetes object`);
    }
    // Seeded objects go into the store as they are, past the API server.
    return setDefaults(object);
  });
}

/** The objects of services that run already, for people to look at. */
export function createServices(clusterName: string): KubernetesObject[] {
  return clusterName === 'prod-eu'
    ? readObjects(join(OBJECTS, 'storefront.yaml'))
    : [];
}

/** What some clusters have beside what is their own. */
const INSTALLED: Record<string, string[] | undefined> = {
  'prod-eu': ['argo-cd'],
  'staging-us': ['argo-cd', 'gateway-api'],
};

/**
 * The objects that a cluster starts with. Where the portal has access, its
 * permissions are the documented ones.
 */
export function createObjects(
  clusterName: string,
  accessible: boolean,
): KubernetesObject[] {
  const installed = INSTALLED[clusterName] ?? [];
  return [
    join(OBJECTS, 'all.yaml'),
    ...(accessible ? [join(POLICIES, 'kubernetes-rbac.yaml')] : []),
    ...[...installed, clusterName].map(name => join(OBJECTS, `${name}.yaml`)),
    ...(accessible && installed.includes('argo-cd')
      ? [join(POLICIES, 'kubernetes-rbac-argocd.yaml')]
      : []),
  ].flatMap(readObjects);
}
