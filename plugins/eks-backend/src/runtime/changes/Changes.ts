import { ConflictError, InputError, NotAllowedError } from '@backstage/errors';
import type {
  DeletePodResponse,
  RestartResponse,
  ScaleRequest,
  ScaleResponse,
  WorkloadTarget,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  matchesPattern,
  ownershipFromMetadata,
} from '@slipway/backstage-plugin-eks-node/resources';
import { askCluster } from '../kubernetes/askCluster';
import {
  isObject,
  requestObject,
  type ClusterRequest,
} from '../kubernetes/clusterRequest';
import {
  findPod,
  findWorkload,
  workloadPlurals,
  type Member,
} from '../kubernetes/members';
import type { RuntimeView } from '../view/RuntimeView';
import { autoscalerOf } from './autoscalerOf';
import type { ActionSettings } from './settings';

/** How long a change may take. */
const TIMEOUT_MS = 15_000;

/** By this name the portal's changes are known to the cluster. */
const FIELD_MANAGER = 'slipway';

/** As `kubectl rollout restart` does it, so that others know it for what it is. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

const MERGE_PATCH = 'application/merge-patch+json';

/** The pod to delete. */
export interface PodTarget {
  cluster: string;
  namespace: string;
  pod: string;
}

/**
 * What somebody on call may do to what runs. Only objects of the entity, and
 * only in namespaces that belong to it or that an operator allows: the
 * annotations of an entity are its owner's, and could name anything.
 */
export class Changes {
  readonly #settings: ActionSettings;

  constructor(settings: ActionSettings) {
    this.#settings = settings;
  }

  /**
   * Replaces the pods of a workload by new ones, as its rollout strategy says.
   *
   * @throws NotFoundError if the entity has no such workload
   * @throws NotAllowedError if the namespace is not to be changed from here
   * @throws ConflictError if its rollout is paused
   */
  async restart(
    view: RuntimeView,
    target: WorkloadTarget,
    signal: AbortSignal,
  ): Promise<RestartResponse> {
    const member = await findWorkload(view, target, signal);
    await this.#permit(view, member, signal);
    const spec = 'spec' in member.object ? member.object.spec : undefined;
    if (isObject(spec) && spec.paused === true) {
      throw new ConflictError(
        `${target.kind} \`${target.name}\`: its rollout is paused, so a restart would do nothing; resume the rollout first`,
      );
    }
    const restartedAt = new Date().toISOString();
    await this.#ask(member, `restart ${target.kind} \`${target.name}\``, {
      method: 'PATCH',
      path: `${workloadPath(target)}?fieldManager=${FIELD_MANAGER}`,
      content: {
        type: MERGE_PATCH,
        body: {
          spec: {
            template: {
              metadata: { annotations: { [RESTARTED_AT]: restartedAt } },
            },
          },
        },
      },
      signal,
    });
    return { restartedAt };
  }

  /**
   * Changes how many pods a workload has: between the bounds of its autoscaler,
   * which goes on deciding from there, or between those of the configuration.
   *
   * @throws NotFoundError if the entity has no such workload
   * @throws NotAllowedError if the namespace is not to be changed from here
   * @throws InputError if the number is out of bounds, or the kind has none
   * @throws ConflictError if somebody else changed it at the same time
   */
  async scale(
    view: RuntimeView,
    { replicas, ...target }: ScaleRequest,
    signal: AbortSignal,
  ): Promise<ScaleResponse> {
    if (target.kind === 'DaemonSet') {
      throw new InputError(
        `kind: DaemonSet \`${target.name}\` has one pod on each of its nodes; it cannot be scaled`,
      );
    }
    const member = await findWorkload(view, target, signal);
    const autoscaler = autoscalerOf(view, target);
    const min = autoscaler?.min ?? this.#settings.minReplicas;
    const max = autoscaler?.max ?? this.#settings.maxReplicas;
    if (replicas < min || replicas > max) {
      throw new InputError(
        autoscaler
          ? `replicas: the autoscaler \`${autoscaler.name}\` decides between ${min} and ${max}, and would undo ${replicas} at once; change its bounds instead`
          : `replicas: choose between ${min} and ${max}; an operator sets these in eks.runtime.actions`,
      );
    }
    await this.#permit(view, member, signal);
    const path = `${workloadPath(target)}/scale`;
    const action = `scale ${target.kind} \`${target.name}\``;
    const current = await this.#ask(member, action, {
      method: 'GET',
      path,
      signal,
    });
    const { resourceVersion } = isObject(current.metadata)
      ? current.metadata
      : {};
    await this.#ask(member, action, {
      method: 'PATCH',
      path: `${path}?fieldManager=${FIELD_MANAGER}`,
      content: {
        type: MERGE_PATCH,
        // Somebody else's change in between is a conflict.
        body: { metadata: { resourceVersion }, spec: { replicas } },
      },
      signal,
    });
    const from = isObject(current.spec) ? Number(current.spec.replicas) : 0;
    return {
      from: Number.isFinite(from) ? from : 0,
      to: replicas,
      ...(autoscaler && { autoscaler }),
    };
  }

  /**
   * Deletes a pod, which what made it replaces.
   *
   * @throws NotFoundError if the entity has no such pod
   * @throws NotAllowedError if the namespace is not to be changed from here
   * @throws ConflictError if nothing would replace it, or it is another by now
   */
  async deletePod(
    view: RuntimeView,
    target: PodTarget,
    signal: AbortSignal,
  ): Promise<DeletePodResponse> {
    const member = await findPod(view, target, signal);
    const { metadata } = member.object;
    if (!metadata?.ownerReferences?.some(({ controller }) => controller)) {
      throw new ConflictError(
        `pod \`${target.pod}\`: nothing would make it again; delete it with kubectl if it shall be gone`,
      );
    }
    await this.#permit(view, member, signal);
    const answer = await this.#ask(member, `delete pod \`${target.pod}\``, {
      method: 'DELETE',
      path: `/api/v1/namespaces/${encodeURIComponent(
        target.namespace,
      )}/pods/${encodeURIComponent(target.pod)}`,
      content: {
        type: 'application/json',
        // A pod that took its name since is left alone.
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          preconditions: { uid: metadata.uid },
        },
      },
      signal,
    });
    const seconds = isObject(answer.metadata)
      ? answer.metadata.deletionGracePeriodSeconds
      : undefined;
    return typeof seconds === 'number' ? { graceSeconds: seconds } : {};
  }

  /** @throws NotAllowedError if the namespace is not to be changed from here */
  async #permit(
    view: RuntimeView,
    member: Member,
    signal: AbortSignal,
  ): Promise<void> {
    const { entityRef } = view.query;
    const namespace = member.object.metadata?.namespace ?? '';
    const { allowedNamespaces } = this.#settings;
    if (
      allowedNamespaces?.some(pattern => matchesPattern(pattern, namespace))
    ) {
      return;
    }
    const { metadata } = await this.#ask(
      member,
      `read namespace \`${namespace}\``,
      {
        method: 'GET',
        path: `/api/v1/namespaces/${encodeURIComponent(namespace)}`,
        signal,
      },
    );
    const owner = ownershipFromMetadata(
      {
        labels: textsOf(metadata, 'labels'),
        annotations: textsOf(metadata, 'annotations'),
      },
      entityRef,
    );
    if (owner.state !== 'ours') {
      throw new NotAllowedError(
        `namespace \`${namespace}\`: it does not belong to ${entityRef}, so nothing in it may be changed from its page; an operator allows more in eks.runtime.actions.allowedNamespaces`,
      );
    }
  }

  #ask(
    { cluster }: Member,
    action: string,
    request: ClusterRequest,
  ): Promise<Record<string, unknown>> {
    const signal = AbortSignal.any([
      request.signal,
      AbortSignal.timeout(TIMEOUT_MS),
    ]);
    return askCluster(cluster, { action, signal }, kubeConfig =>
      requestObject(kubeConfig, { ...request, signal }),
    );
  }
}

function workloadPath({ kind, namespace, name }: WorkloadTarget): string {
  return `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/${
    workloadPlurals[kind]
  }/${encodeURIComponent(name)}`;
}

/** A field of metadata that holds texts by name. */
function textsOf(
  metadata: unknown,
  field: 'labels' | 'annotations',
): Record<string, string> {
  const value = isObject(metadata) ? metadata[field] : undefined;
  return Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
