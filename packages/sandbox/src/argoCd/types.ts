import type { KubernetesObject, KubernetesStandIn } from '../kubernetes';
import type { ResourceKind } from '../kubernetes/types';
import type { ClusterAccess } from '../pipeline';

/** What Argo CD delivered, as it lists it. */
export interface DeliveredResource {
  group: string;
  version: string;
  kind: string;
  namespace?: string;
  name: string;
  status: 'Synced';
}

/** The parts of an Application that are read or written here. */
export interface Application extends KubernetesObject {
  spec: {
    project?: string;
    source?: { repoURL?: string; path?: string; targetRevision?: string };
    destination?: { server?: string; name?: string; namespace?: string };
    syncPolicy?: { automated?: { prune?: boolean; enabled?: boolean } };
  };
  status?: {
    sync?: { status: 'Synced' | 'OutOfSync' | 'Unknown'; revision?: string };
    health?: { status: string; message?: string };
    conditions?: {
      type: string;
      message: string;
      lastTransitionTime: string;
    }[];
    operationState?: { phase: string; message: string; finishedAt: string };
    reconciledAt?: string;
    resources?: DeliveredResource[];
  };
}

export const applications: ResourceKind<Application> = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  kind: 'Application',
  plural: 'applications',
  singular: 'application',
  namespaced: true,
  custom: true,
};

/** A cluster, and how Argo CD reaches it. */
export interface ArgoCdCluster {
  standIn: KubernetesStandIn;
  /** As Argo CD's own controller, which may do everything. */
  access: ClusterAccess;
}

/** Removed by Argo CD when it has taken away what it delivered. */
export const RESOURCES_FINALIZER = 'resources-finalizer.argocd.argoproj.io';
/** Argo CD's name of the cluster that it runs in. */
export const IN_CLUSTER = 'https://kubernetes.default.svc';
export const NAMESPACE = 'argocd';
