import type { KubernetesTarget } from './types';

/** Paths of the kinds that the cases use. */
export const core = (namespace: string, plural: string) =>
  `/api/v1/namespaces/${namespace}/${plural}`;
export const inGroup = (group: string, namespace: string, plural: string) =>
  `/apis/${group}/namespaces/${namespace}/${plural}`;
export const deploymentsIn = (namespace: string) =>
  inGroup('apps/v1', namespace, 'deployments');

export const configMap = (
  name: string,
  data: Record<string, string> = {},
  metadata: object = {},
) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

export const podSpec = (container: object = {}) => ({
  containers: [{ name: 'app', image: 'registry/app:1', ...container }],
});

export const pod = (name: string, spec: object = podSpec(), metadata = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  spec,
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

/** What `restricted` asks of a container. */
export const restrictedSecurity = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** What is in every namespace, and no case made. */
export const ROOT_CA = 'kube-root-ca.crt';

interface Named {
  metadata: { name: string };
}

/** Names of a list's items that a case made. */
export const names = ({ body }: { body: { items: Named[] } }) =>
  body.items
    .map(({ metadata }) => metadata.name)
    .filter(name => name !== ROOT_CA);

/** Makes an object. @throws Error with the answer where it is refused */
export async function make(
  { send }: KubernetesTarget,
  path: string,
  body: object,
) {
  const answer = await send('POST', path, { body });
  if (answer.status !== 201) {
    throw new Error(
      `POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`,
    );
  }
  return answer.body;
}

/** Patches an object in one of the forms of a patch. */
export const patch = (
  { send }: KubernetesTarget,
  path: string,
  form: 'json' | 'merge' | 'strategic-merge',
  body: object,
) =>
  send('PATCH', path, {
    body,
    headers: { 'content-type': `application/${form}-patch+json` },
  });

/** Applies an object. */
export const apply = (
  { send }: KubernetesTarget,
  path: string,
  body: object | string,
  manager: string,
  parameters: Record<string, string> = {},
) =>
  send(
    'PATCH',
    `${path}?${new URLSearchParams({ fieldManager: manager, ...parameters })}`,
    { body, headers: { 'content-type': 'application/apply-patch+yaml' } },
  );
