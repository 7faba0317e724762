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
const RETRY_MS = 5_000;

const DEFAULT_TOLERATIONS = ['not-ready', 'unreachable'].map(state => ({
  key: `node.kubernetes.io/${state}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

/** How a pod is made. */
export interface NewPod {
  template: PodTemplate;
  /** A stable name; else one is generated from the owner's. */
  name?: string;
  labels?: Record<string, string>;
}

/** Makes and deletes the pods of one kind of owner, and tells of it. */
export class PodControl {
  readonly #context: ControllerContext;
  readonly #options: {
    component: string;
    made(pod: string, owner: string): string;
    deleted(pod: string, owner: string): string;
    lookAgain(namespace: string | undefined, name: string): void;
  };
  /** Why pods were refused, by the owner's uid, until it is tried again. */
  readonly #refusals = new Map<string, string>();

  constructor(
    context: ControllerContext,
    options: {
      /** Who tells, such as `replicaset-controller`. */
      component: string;
      /** What the events say; `Created pod: …` when left out. */
      made?(pod: string, owner: string): string;
      deleted?(pod: string, owner: string): string;
      /** Called when a refused pod may be tried again. */
      lookAgain(namespace: string | undefined, name: string): void;
    },
  ) {
    this.#context = context;
    this.#options = {
      made: pod => `Created pod: ${pod}`,
      deleted: pod => `Deleted pod: ${pod}`,
      ...options,
    };
  }

  /** @returns the pod, or why it was refused. */
  create(
    owner: KubernetesObject,
    options: NewPod,
  ): { pod: Pod } | { refused: string } {
    const { store, events } = this.#context;
    const { component, made } = this.#options;
    const { uid = '', name: ownerName } = owner.metadata;
    const known = this.#refusals.get(uid);
    if (known !== undefined) {
      return { refused: known };
    }
    const pod = admit(newPod(owner, options));
    const refused = refusal(store, pod);
    if (refused !== undefined) {
      const message = `Error creating: ${refused}`;
      events.record(owner, 'Warning', 'FailedCreate', message, component);
      this.#refuse(owner, refused);
      return { refused };
    }
    const created = store.create(typed.pods, pod);
    const message = made(created.metadata.name, ownerName);
    events.record(owner, 'Normal', 'SuccessfulCreate', message, component);
    return { pod: created };
  }

  remove(owner: KubernetesObject, { metadata }: Pod) {
    const { store, events } = this.#context;
    const { component, deleted } = this.#options;
    store.remove(typed.pods, metadata.namespace, metadata.name);
    const message = deleted(metadata.name, owner.metadata.name);
    events.record(owner, 'Normal', 'SuccessfulDelete', message, component);
  }

  #refuse({ metadata }: KubernetesObject, message: string) {
    const { uid = '', namespace, name } = metadata;
    this.#refusals.set(uid, message);
    this.#context.after(RETRY_MS, () => {
      this.#refusals.delete(uid);
      this.#options.lookAgain(namespace, name);
    });
  }
}

/** Why the API server would not take a pod; undefined when it would. */
function refusal(store: ObjectStore, pod: Pod): string | undefined {
  try {
    checkServiceAccount(store, pod);
    checkPodSecurity(store, pod);
    return undefined;
  } catch (error) {
    if (error instanceof StatusError) {
      return error.message;
    }
    throw error;
  }
}

function newPod(
  owner: KubernetesObject,
  { template, name, labels }: NewPod,
): Pod {
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
