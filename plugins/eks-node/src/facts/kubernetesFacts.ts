import type { KubeConfig } from '@kubernetes/client-node';
import type { EksClusterFacts } from '@slipway/backstage-plugin-eks-common';
import {
  KubernetesStatusError,
  readKubernetes,
} from '../kubernetes/readKubernetes';
import { mapKubernetesError } from '../kubernetes/mapKubernetesError';
import { isObject, textIn } from '../lib/text';

const AUTO_MODE_CONTROLLER = 'eks.amazonaws.com/alb';
const LOAD_BALANCER_CONTROLLER = 'ingress.k8s.aws/alb';

/** What only the cluster itself can say. */
export type KubernetesFacts = Pick<
  EksClusterFacts,
  'reachable' | 'reason' | 'metrics'
> & {
  /** Its IngressClasses; undefined when they could not be read. */
  ingressClasses: { name: string; controller: string }[] | undefined;
  /**
   * Whose node pools there are: those of a Karpenter of the cluster's own, or
   * at most those of Auto Mode, which brings Karpenter's kinds along; unknown
   * when they could not be read.
   */
  nodePools: 'karpenter' | 'auto-mode' | 'none' | 'unknown';
};

/**
 * Asks a cluster for what it offers. Never throws: what could not be asked is
 * in `reason`, with the next step.
 */
export async function readKubernetesFacts(options: {
  kubeConfig: () => Promise<KubeConfig>;
  clusterName: string;
  roleArn?: string;
  signal: AbortSignal;
}): Promise<KubernetesFacts> {
  const { clusterName, roleArn, signal } = options;
  const explain = (error: unknown, action: string) =>
    mapKubernetesError(error, { clusterName, action, roleArn });
  const unreachable = (error: unknown): KubernetesFacts => ({
    reachable: false,
    reason: explain(error, 'list API groups').message,
    metrics: 'unknown',
    ingressClasses: undefined,
    nodePools: 'none',
  });

  let kubeConfig: KubeConfig;
  let groups: string[];
  try {
    kubeConfig = await options.kubeConfig();
    const answer = await readKubernetes(kubeConfig, '/apis', signal);
    groups = names(answer.groups, group => textIn(group, 'name'));
  } catch (error) {
    return unreachable(error);
  }

  const problems: string[] = [];
  const ask = async <T>(
    action: string,
    path: string,
    read: (answer: Record<string, unknown>) => T,
  ): Promise<T | undefined> => {
    try {
      return read(await readKubernetes(kubeConfig, path, signal));
    } catch (error) {
      problems.push(explain(error, action).message);
      return undefined;
    }
  };

  const hasKarpenterKinds = groups.includes('karpenter.sh');
  const [ingressClasses, nodePoolClasses, metrics] = await Promise.all([
    ask(
      'list ingress classes',
      '/apis/networking.k8s.io/v1/ingressclasses',
      answer => names(answer.items, ingressClass),
    ),
    hasKarpenterKinds
      ? readNodePools(kubeConfig, signal, error =>
          problems.push(explain(error, 'list node pools').message),
        )
      : [],
    readMetrics(kubeConfig, groups, signal, error =>
      problems.push(explain(error, 'read the metrics API').message),
    ),
  ]);

  return {
    reachable: true,
    ...(problems.length > 0 && { reason: problems.join(' ') }),
    metrics,
    ingressClasses,
    nodePools: nodePoolsOf(hasKarpenterKinds, nodePoolClasses),
  };
}

/** What makes load balancers, from AWS's answer and the cluster's own. */
export function loadBalancerOf(
  builtIn: boolean,
  ingressClasses: KubernetesFacts['ingressClasses'],
): EksClusterFacts['loadBalancer'] {
  const ingressClassName = (controller: string) =>
    ingressClasses?.find(item => item.controller === controller)?.name;
  const named = (
    kind: 'auto-mode' | 'aws-load-balancer-controller',
    name: string | undefined,
  ) => ({ kind, ...(name !== undefined && { ingressClassName: name }) });

  const controllerClass = ingressClassName(LOAD_BALANCER_CONTROLLER);
  const autoModeClass = ingressClassName(AUTO_MODE_CONTROLLER);
  if (builtIn && (autoModeClass || !controllerClass)) {
    return named('auto-mode', autoModeClass);
  }
  if (controllerClass) {
    return named('aws-load-balancer-controller', controllerClass);
  }
  return { kind: ingressClasses ? 'none' : 'unknown' };
}

/**
 * The groups of the node pools' node classes; undefined when they cannot be
 * read. That it is not allowed is no problem worth a sentence: their kind says
 * nearly as much, and reading them is a permission that the portal need not
 * have.
 */
async function readNodePools(
  kubeConfig: KubeConfig,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<string[] | undefined> {
  try {
    const answer = await readKubernetes(
      kubeConfig,
      '/apis/karpenter.sh/v1/nodepools',
      signal,
    );
    return names(answer.items, nodeClassGroup);
  } catch (error) {
    if (!(error instanceof KubernetesStatusError && error.statusCode === 403)) {
      onError(error);
    }
    return undefined;
  }
}

function nodePoolsOf(
  hasKinds: boolean,
  classes: string[] | undefined,
): KubernetesFacts['nodePools'] {
  if (!hasKinds) {
    return 'none';
  }
  if (!classes) {
    return 'unknown';
  }
  // Node pools of Auto Mode name a node class of EKS.
  if (classes.some(group => group !== 'eks.amazonaws.com')) {
    return 'karpenter';
  }
  return classes.length > 0 ? 'auto-mode' : 'none';
}

async function readMetrics(
  kubeConfig: KubeConfig,
  groups: string[],
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<EksClusterFacts['metrics']> {
  if (!groups.includes('metrics.k8s.io')) {
    return 'none';
  }
  try {
    // The group is listed even while nothing answers for it.
    await readKubernetes(kubeConfig, '/apis/metrics.k8s.io/v1beta1', signal);
    return 'metrics-server';
  } catch (error) {
    if (error instanceof KubernetesStatusError && error.statusCode === 404) {
      return 'none';
    }
    onError(error);
    return 'unknown';
  }
}

function ingressClass(item: unknown) {
  const name = textIn(field(item, 'metadata'), 'name');
  const controller = textIn(field(item, 'spec'), 'controller');
  return name !== undefined && controller !== undefined
    ? { name, controller }
    : undefined;
}

function nodeClassGroup(item: unknown): string | undefined {
  const template = field(field(item, 'spec'), 'template');
  return (
    textIn(field(field(template, 'spec'), 'nodeClassRef'), 'group') ?? 'unknown'
  );
}

function field(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function names<T>(list: unknown, read: (item: unknown) => T | undefined): T[] {
  return Array.isArray(list)
    ? list.map(read).filter(item => item !== undefined)
    : [];
}
