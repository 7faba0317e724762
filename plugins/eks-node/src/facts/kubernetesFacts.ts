import type { KubeConfig } from '@kubernetes/client-node';
import type {
  EksClusterFacts,
  GatewayClass,
  IngressClass,
} from '@slipway/backstage-plugin-eks-common';
import {
  KubernetesStatusError,
  readKubernetes,
} from '../kubernetes/readKubernetes';
import { mapKubernetesError } from '../kubernetes/mapKubernetesError';
import { isObject, textIn } from '../lib/text';

const AUTO_MODE_CONTROLLER = 'eks.amazonaws.com/alb';
const LOAD_BALANCER_CONTROLLER = 'ingress.k8s.aws/alb';
/** The AWS Load Balancer Controller, where a Gateway becomes an ALB. */
const GATEWAY_CONTROLLER = 'gateway.k8s.aws/alb';
const GATEWAY_API = 'gateway.networking.k8s.io';
/** Group of the parameters of its Gateways. */
const GATEWAY_PARAMETERS = 'gateway.k8s.aws';

/** Where the parameters of an IngressClass are, by their group. */
const PARAMETERS = new Map([
  ['eks.amazonaws.com', '/apis/eks.amazonaws.com/v1/ingressclassparams'],
  ['elbv2.k8s.aws', '/apis/elbv2.k8s.aws/v1beta1/ingressclassparams'],
]);

/** An IngressClass, and who serves it. */
export interface ServedIngressClass extends IngressClass {
  controller: string;
}

/** What only the cluster itself can say. */
export type KubernetesFacts = Pick<
  EksClusterFacts,
  'reachable' | 'reason' | 'metrics' | 'argoCd'
> & {
  /** Its IngressClasses; undefined when they could not be read. */
  ingressClasses: ServedIngressClass[] | undefined;
  /** GatewayClasses of the AWS Load Balancer Controller; undefined likewise. */
  gatewayClasses: GatewayClass[] | undefined;
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
    argoCd: 'unknown',
    ingressClasses: undefined,
    gatewayClasses: undefined,
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
  const ask: Ask = async (action, path, read) => {
    try {
      return read(await readKubernetes(kubeConfig, path, signal));
    } catch (error) {
      problems.push(explain(error, action).message);
      return undefined;
    }
  };

  const hasKarpenterKinds = groups.includes('karpenter.sh');
  const [ingressClasses, gatewayClasses, argoCd, nodePoolClasses, metrics] =
    await Promise.all([
      readIngressClasses(ask),
      readGatewayClasses(ask, groups),
      readArgoCd(ask, groups),
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
    argoCd,
    ingressClasses,
    gatewayClasses,
    nodePools: nodePoolsOf(hasKarpenterKinds, nodePoolClasses),
  };
}

/** Reads something; what cannot be read becomes a problem. */
type Ask = <T>(
  action: string,
  path: string,
  read: (answer: Record<string, unknown>) => T,
) => Promise<T | undefined>;

async function readIngressClasses(
  ask: Ask,
): Promise<ServedIngressClass[] | undefined> {
  const classes = await ask(
    'list ingress classes',
    '/apis/networking.k8s.io/v1/ingressclasses',
    answer => names(answer.items, ingressClass),
  );
  if (!classes) {
    return undefined;
  }
  const groups = new Set(
    classes.flatMap(({ parameters }) => parameters?.group ?? []),
  );
  const schemes = new Map<string, Map<string, unknown> | undefined>();
  await Promise.all(
    [...groups].map(async group => {
      const path = PARAMETERS.get(group);
      if (path) {
        schemes.set(
          group,
          await ask('list ingress class parameters', path, answer =>
            schemesIn(answer.items),
          ),
        );
      }
    }),
  );
  return classes.map(({ parameters, ...known }) => {
    if (!parameters || !PARAMETERS.has(parameters.group)) {
      return known;
    }
    const read = schemes.get(parameters.group);
    const scheme = read ? schemeOf(read.get(parameters.name)) : 'unknown';
    return scheme ? { ...known, scheme } : known;
  });
}

/**
 * The classes whose Gateways the AWS Load Balancer Controller makes load
 * balancers for. What a Gateway asks of one stands in a kind of its own, so
 * without that there is none.
 */
async function readGatewayClasses(
  ask: Ask,
  groups: string[],
): Promise<GatewayClass[] | undefined> {
  if (![GATEWAY_API, GATEWAY_PARAMETERS].every(name => groups.includes(name))) {
    return [];
  }
  const classes = await ask(
    'list gateway classes',
    `/apis/${GATEWAY_API}/v1/gatewayclasses`,
    answer => names(answer.items, gatewayClass),
  );
  return (
    classes &&
    (await Promise.all(
      classes.map(async ({ name, parameters }): Promise<GatewayClass> => {
        if (!parameters) {
          return { name };
        }
        const spec = await ask(
          'read the load balancer configuration of a gateway class',
          `/apis/${GATEWAY_PARAMETERS}/v1beta1/namespaces/${encodeURIComponent(
            parameters.namespace,
          )}/loadbalancerconfigurations/${encodeURIComponent(parameters.name)}`,
          answer => answer.spec ?? {},
        );
        if (spec === undefined) {
          return { name, scheme: 'unknown' };
        }
        // Otherwise each Gateway decides.
        const scheme =
          textIn(spec, 'mergingMode') === 'prefer-gateway'
            ? undefined
            : schemeOf(field(spec, 'scheme'));
        return { name, ...(scheme && { scheme }) };
      }),
    ))
  );
}

function gatewayClass(item: unknown) {
  const name = textIn(field(item, 'metadata'), 'name');
  const spec = field(item, 'spec');
  if (
    name === undefined ||
    textIn(spec, 'controllerName') !== GATEWAY_CONTROLLER
  ) {
    return undefined;
  }
  const reference = field(spec, 'parametersRef');
  const named = textIn(reference, 'name');
  const namespace = textIn(reference, 'namespace');
  return {
    name,
    parameters:
      named !== undefined && namespace !== undefined
        ? { name: named, namespace }
        : undefined,
  };
}

/** Argo's other projects share its group, so the kind itself is looked for. */
async function readArgoCd(
  ask: Ask,
  groups: string[],
): Promise<EksClusterFacts['argoCd']> {
  if (!groups.includes('argoproj.io')) {
    return 'none';
  }
  const served = await ask(
    "look for Argo CD's Applications",
    '/apis/argoproj.io/v1alpha1',
    answer =>
      names(answer.resources, resource => textIn(resource, 'kind')).includes(
        'Application',
      ),
  );
  if (served === undefined) {
    return 'unknown';
  }
  return served ? 'served' : 'none';
}

/** By the name of the parameters. */
function schemesIn(items: unknown): Map<string, unknown> {
  return new Map(
    names(items, item => {
      const name = textIn(field(item, 'metadata'), 'name');
      return name === undefined
        ? undefined
        : ([name, field(field(item, 'spec'), 'scheme')] as const);
    }),
  );
}

function schemeOf(text: unknown): 'internet-facing' | 'internal' | undefined {
  return text === 'internet-facing' || text === 'internal' ? text : undefined;
}

/** What makes load balancers, from AWS's answer and the cluster's own. */
export function loadBalancerOf(
  builtIn: boolean,
  {
    ingressClasses,
    gatewayClasses,
  }: Pick<KubernetesFacts, 'ingressClasses' | 'gatewayClasses'>,
): EksClusterFacts['loadBalancer'] {
  return {
    ...ingressesBy(builtIn, ingressClasses),
    ...(gatewayClasses && { gatewayClasses }),
  };
}

function ingressesBy(
  builtIn: boolean,
  ingressClasses: KubernetesFacts['ingressClasses'],
): EksClusterFacts['loadBalancer'] {
  const servedBy = (served: string) =>
    (ingressClasses ?? [])
      .filter(({ controller }) => controller === served)
      .map(({ name, scheme }) => ({ name, ...(scheme && { scheme }) }));
  const named = (
    kind: 'auto-mode' | 'aws-load-balancer-controller',
    classes: IngressClass[],
  ) => ({
    kind,
    ...(classes.length > 0 && { ingressClassName: classes[0].name }),
    ...(ingressClasses && { ingressClasses: classes }),
  });

  const controllerClasses = servedBy(LOAD_BALANCER_CONTROLLER);
  const autoModeClasses = servedBy(AUTO_MODE_CONTROLLER);
  if (
    builtIn &&
    (autoModeClasses.length > 0 || controllerClasses.length === 0)
  ) {
    return named('auto-mode', autoModeClasses);
  }
  if (controllerClasses.length > 0) {
    return named('aws-load-balancer-controller', controllerClasses);
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
  const parameters = field(field(item, 'spec'), 'parameters');
  const group = textIn(parameters, 'apiGroup');
  const named = textIn(parameters, 'name');
  return name !== undefined && controller !== undefined
    ? {
        name,
        controller,
        parameters:
          group !== undefined && named !== undefined
            ? { group, name: named }
            : undefined,
      }
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
