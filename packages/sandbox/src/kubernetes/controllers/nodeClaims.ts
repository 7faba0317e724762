import { kinds } from '../kinds';
import type { KubernetesObject, ResourceKind } from '../types';
import type { ControllerContext } from './controller';
import type { NodePool } from './nodePools';
import { withCondition, type Condition, type Node } from './objects';

/** A node that Karpenter makes, from when it is wanted. */
export interface NodeClaim extends KubernetesObject {
  status?: {
    conditions?: Condition[];
    nodeName?: string;
    providerID?: string;
  };
}

/** Where a cluster has their definition. */
export const nodeClaimKind: ResourceKind<NodeClaim> = {
  group: 'karpenter.sh',
  version: 'v1',
  kind: 'NodeClaim',
  plural: 'nodeclaims',
  singular: 'nodeclaim',
  namespaced: false,
  custom: true,
};

/** Keeps a NodeClaim beside each node that is made. */
export class NodeClaims {
  readonly #context: ControllerContext;
  readonly #pool: NodePool;

  constructor(context: ControllerContext, pool: NodePool) {
    this.#context = context;
    this.#pool = pool;
  }

  /** The machine is being started. */
  launch(name: string, node: Node) {
    const { store } = this.#context;
    const defined = store.get(
      kinds.customResourceDefinitions,
      undefined,
      'nodeclaims.karpenter.sh',
    );
    if (!defined) {
      return;
    }
    store.create(nodeClaimKind, {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodeClaim',
      metadata: {
        name,
        labels: { 'karpenter.sh/nodepool': this.#pool.name },
      },
      status: {
        providerID: String(node.spec.providerID),
        conditions: this.#say(undefined, {
          Launched: ['True', 'Launched'],
          Registered: ['Unknown', 'NodeNotFound'],
          Initialized: ['Unknown', 'NodeNotFound'],
        }),
      },
    });
  }

  /** The machine is a node of the cluster. */
  join(name: string, node: Node) {
    const { store } = this.#context;
    const claim = store.get(nodeClaimKind, undefined, name);
    if (claim) {
      store.updateStatus(nodeClaimKind, {
        ...claim,
        status: {
          ...claim.status,
          nodeName: node.metadata.name,
          conditions: this.#say(claim.status?.conditions, {
            Registered: ['True', 'Registered'],
            Initialized: ['True', 'Initialized'],
            Ready: ['True', 'Ready'],
          }),
        },
      });
    }
  }

  /** Nobody wants it any more. */
  cancel(name: string) {
    const { store } = this.#context;
    if (store.get(nodeClaimKind, undefined, name)) {
      store.remove(nodeClaimKind, undefined, name);
    }
  }

  /** It goes with its node. */
  leave(nodeName: string) {
    for (const { metadata, status } of this.#context.store.list(
      nodeClaimKind,
    )) {
      if (status?.nodeName === nodeName) {
        this.cancel(metadata.name);
      }
    }
  }

  #say(
    before: Condition[] | undefined,
    said: Record<string, [status: Condition['status'], reason: string]>,
  ): Condition[] | undefined {
    return Object.entries(said).reduce<Condition[] | undefined>(
      (conditions, [type, [status, reason]]) =>
        withCondition(
          conditions,
          { type, status, reason, message: '' },
          this.#context.timestamp(),
        ),
      before,
    );
  }
}
