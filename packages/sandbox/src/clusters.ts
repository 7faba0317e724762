import { randomBytes } from 'node:crypto';
import { AwsStandIn, EksCluster } from './aws';
import { startRealCluster } from './controlPlane/realCluster';
import { createServerCertificate } from './core';
import {
  ClusterCompute,
  KubernetesClusterOptions,
  ClusterIdentity,
  KubernetesStandIn,
  startKubernetesCluster,
} from './kubernetes';
import { createObjects, createServices } from './seed';
import { ClusterSnapshot } from './snapshot';
import { StandInContext } from './types';

/** A cluster that runs. */
export interface RunningCluster {
  standIn: KubernetesStandIn;
  /** Token of the service account that Argo CD's controller runs as. */
  argoCdToken: string;
  /** Whether its API server and controllers are the sandbox's own. */
  simulated: boolean;
  /** PEM. */
  certificateAuthority: string;
  snapshot(): ClusterSnapshot;
}

/** As the API server knows Argo CD's controller; what it may do is seeded. */
const ARGO_CD: ClusterIdentity = {
  username: 'system:serviceaccount:argocd:argocd-application-controller',
  groups: [
    'system:serviceaccounts',
    'system:serviceaccounts:argocd',
    'system:authenticated',
  ],
  accessPolicies: [],
};

/** What {@link startCluster} needs. */
export interface ClusterOptions {
  context: StandInContext;
  aws: AwsStandIn;
  cluster: EksCluster;
  /** 0 for any free port. */
  port: number;
  timeScale: number;
  kept: ClusterSnapshot | undefined;
  /** Whether services run in it from the start. */
  services: boolean;
  /** Folder of Kubernetes' own programs, where they are to run it. */
  programs: string | undefined;
  /** Called when an object changed. */
  changed(): void;
}

function computeOf(cluster: EksCluster, now: () => number): ClusterCompute {
  if (cluster.autoMode) {
    return { kind: 'auto-mode' };
  }
  const hasNodes = Object.keys(cluster.nodegroups).length > 0;
  return {
    kind: hasNodes ? 'managed-nodes' : 'fargate',
    karpenter: cluster.name === 'staging-us',
    // Read when a pod is scheduled: profiles come and go through the EKS API.
    get fargateProfiles() {
      return Object.values(cluster.fargateProfiles)
        .filter(
          ({ readyAt = 0, deletedAt }) =>
            readyAt <= now() && deletedAt === undefined,
        )
        .map(({ name, selectors }) => ({ name, selectors }));
    },
  };
}

/** Starts the Kubernetes API of a cluster and tells EKS where it is. */
export async function startCluster(
  options: ClusterOptions,
): Promise<RunningCluster> {
  const { context, aws, cluster, kept, programs } = options;
  const { arn, name } = cluster;
  const argoCdToken = randomBytes(24).toString('hex');
  // One of a snapshot from before certificates could expire is made anew.
  const certificate = kept?.certificate.foreign
    ? kept.certificate
    : await createServerCertificate(name, context.now());
  const started: KubernetesClusterOptions = {
    context,
    arn,
    name,
    accountId: cluster.accountId,
    region: cluster.region,
    version: cluster.version,
    port: options.port,
    tls: certificate,
    compute: computeOf(cluster, context.now),
    metricsServer: 'metrics-server' in cluster.addons,
    authenticate: async token =>
      token === argoCdToken ? ARGO_CD : await aws.authenticate(arn, token),
    timeScale: options.timeScale,
    seed: [
      ...createObjects(name, Object.keys(cluster.accessEntries).length > 0),
      ...(options.services ? createServices(name) : []),
    ],
    snapshot: kept?.objects,
  };
  const standIn = await (programs
    ? startRealCluster(started, programs)
    : startKubernetesCluster(started));
  aws.connectCluster(arn, {
    url: standIn.url,
    certificateAuthority: certificate.certificateAuthority,
  });
  standIn.store.subscribe(options.changed);
  return {
    standIn,
    argoCdToken,
    simulated: !programs,
    certificateAuthority: certificate.certificateAuthority,
    snapshot: () => ({
      certificate,
      // A real one starts anew, and what the simulated one held waits for it.
      objects: programs ? kept?.objects : standIn.snapshot(),
    }),
  };
}
