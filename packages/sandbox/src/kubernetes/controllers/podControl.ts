import { createHash } from 'node:crypto';
import { checkPodSecurity } from '../admission';
import { setDefaults } from '../defaults';
import { StatusError } from '../errors';
import { kinds } from '../kinds';
import { randomSuffix } from '../store';
import type { KubernetesObject, ObjectStore } from '../types';
import type { ControllerContext } from './controller';
import {
  isReady,
  ownerReference,
  typed,
  type Pod,
  type PodTemplate,
} from './objects';

/** After a refusal, it is tried again. */
export const RETRY_MS = 5_000;

const DEFAULT_TOLERATIONS = ['not-ready', 'unreachable'].map(state => ({
  key: `node.kubernetes.io/${state}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

/** How a pod is made, beside what its template says. */
export interface NewPod {
  owner: KubernetesObject;
  template: PodTemplate;
  /** A stable name; else one is generated from the owner's. */
  name?: string;
  labels?: Record<string, string>;
  /** Tells it, such as `replicaset-controller`. */
  component: string;
  /** What the event of success says; `Created pod: …` when left out. */
  told?(name: string): string;
}

/**
 * Makes a pod as a controller does, and tells of it.
 *
 * @returns the pod, or why it was refused.
 */
export function createPod(
  { store, events }: ControllerContext,
  options: NewPod,
): { pod: Pod } | { refused: string } {
  const { owner, component } = options;
  const pod = admit(newPod(options));
  try {
    checkServiceAccount(store, pod);
    checkPodSecurity(store, pod);
  } catch (error) {
    if (!(error instanceof StatusError)) {
      throw error;
    }
    events.record(
      owner,
      'Warning',
      'FailedCreate',
      `Error creating: ${error.message}`,
      component,
    );
    return { refused: error.message };
  }
  const created = store.create(typed.pods, pod);
  const { name } = created.metadata;
  events.record(
    owner,
    'Normal',
    'SuccessfulCreate',
    options.told?.(name) ?? `Created pod: ${name}`,
    component,
  );
  return { pod: created };
}

/** Deletes a pod as a controller does, and tells of it. */
export function deletePod(
  { store, events }: ControllerContext,
  owner: KubernetesObject,
  pod: Pod,
  component: string,
  told = `Deleted pod: ${pod.metadata.name}`,
) {
  store.remove(typed.pods, pod.metadata.namespace, pod.metadata.name);
  events.record(owner, 'Normal', 'SuccessfulDelete', told, component);
}

function newPod({ owner, template, name, labels }: NewPod): Pod {
  const generateName = `${owner.metadata.name}-`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(name ? { name } : { name: generateName + randomSuffix() }),
      ...(!name && { generateName }),
      namespace: owner.metadata.namespace,
      labels: { ...template.metadata?.labels, ...labels },
      annotations: template.metadata?.annotations,
      ownerReferences: [ownerReference(owner)],
    },
    spec: structuredClone(template.spec),
  };
}

/** What the API server's admission adds to a pod. */
function admit(pod: Pod): Pod {
  const { spec } = pod;
  const { serviceAccountName = 'default' } = spec;
  const admitted: Pod = {
    ...pod,
    spec: {
      ...spec,
      serviceAccountName,
      serviceAccount: serviceAccountName,
      enableServiceLinks: spec.enableServiceLinks ?? true,
      priority: spec.priority ?? 0,
      preemptionPolicy: spec.preemptionPolicy ?? 'PreemptLowerPriority',
      tolerations: [
        ...(spec.tolerations ?? []),
        ...DEFAULT_TOLERATIONS.filter(
          ({ key }) =>
            !spec.tolerations?.some(
              toleration => !toleration.key || toleration.key === key,
            ),
        ),
      ],
    },
  };
  // Defaults leave a pod a pod.
  return setDefaults(admitted) as Pod;
}

/** @throws StatusError Forbidden */
function checkServiceAccount(store: ObjectStore, { metadata, spec }: Pod) {
  const { serviceAccountName = '' } = spec;
  if (
    !store.get(kinds.serviceAccounts, metadata.namespace, serviceAccountName)
  ) {
    throw new StatusError({
      code: 403,
      reason: 'Forbidden',
      message: `pods "${metadata.name}" is forbidden: error looking up service account ${metadata.namespace}/${serviceAccountName}: serviceaccount "${serviceAccountName}" not found`,
    });
  }
}

/** Those that are missed least come first, as Kubernetes ranks them. */
export function leastUseful(pods: Pod[]): Pod[] {
  const onNode = new Map<string, number>();
  for (const { spec } of pods) {
    const node = spec.nodeName ?? '';
    onNode.set(node, (onNode.get(node) ?? 0) + 1);
  }
  const rank = (pod: Pod) => [
    pod.spec.nodeName ? 1 : 0,
    pod.status?.phase === 'Running' ? 1 : 0,
    isReady(pod) ? 1 : 0,
    Number(
      pod.metadata.annotations?.[
        'controller.kubernetes.io/pod-deletion-cost'
      ] ?? 0,
    ),
    -(onNode.get(pod.spec.nodeName ?? '') ?? 0),
    -(pod.status?.containerStatuses?.[0]?.restartCount ?? 0),
    // The younger first.
    -Date.parse(pod.metadata.creationTimestamp ?? ''),
  ];
  const ranks = new Map(pods.map(pod => [pod, rank(pod)]));
  return [...pods].sort((a, b) => {
    const left = ranks.get(a) ?? [];
    const right = ranks.get(b) ?? [];
    const difference = left.findIndex((value, i) => value !== right[i]);
    return difference < 0 ? 0 : left[difference] - right[difference];
  });
}

/** Ten characters that stand for a template: the same one for the same one. */
export function templateHash(template: PodTemplate): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  const digest = createHash('sha256')
    .update(JSON.stringify(sorted(template)))
    .digest();
  return [...digest.subarray(0, 10)]
    .map(byte => alphabet[byte % alphabet.length])
    .join('');
}

/** The same template in another order of keys has the same hash. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value;
}
