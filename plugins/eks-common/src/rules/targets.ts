import type {
  EksClusterFacts,
  IngressClass,
  FargateProfile,
  LoadBalancerSupport,
} from '../api';
import { validateNamespace } from './names';

/**
 * Who may reach the service from outside its cluster.
 *
 * @public
 */
export type Exposure = 'public' | 'internal' | 'none';

/**
 * What a service's path from its load balancer is written as.
 *
 * @public
 */
export type Routing = 'ingress' | 'gateway';

/**
 * What somebody wants it to be; `auto-detect` takes what the cluster has.
 *
 * @public
 */
export type RoutingChoice = Routing | 'auto-detect';

/**
 * The kind of machine a service's manifests are written for.
 *
 * @public
 */
export type Compute = 'nodes' | 'fargate' | 'auto-mode';

/**
 * What somebody wants pods to run on; `auto-detect` takes what the cluster has.
 *
 * @public
 */
export type ComputeChoice = Compute | 'auto-detect';

/**
 * The Fargate profile that takes pods of a namespace with these labels. A
 * selector matches when its namespace does, with `*` and `?` as wildcards, and
 * all of its labels are there (Amazon EKS User Guide, Fargate profile).
 *
 * @public
 */
export function matchingFargateProfile(
  profiles: FargateProfile[],
  namespace: string,
  labels: Record<string, string> = {},
): FargateProfile | undefined {
  return profiles.find(profile =>
    profile.selectors.some(
      selector =>
        selector.namespace !== undefined &&
        matchesWildcard(selector.namespace, namespace) &&
        Object.entries(selector.labels ?? {}).every(
          ([key, value]) =>
            labels[key] !== undefined && matchesWildcard(value, labels[key]),
        ),
    ),
  );
}

/** Compares without a regular expression: the pattern comes from outside. */
function matchesWildcard(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (
      p < pattern.length &&
      (pattern[p] === '?' || pattern[p] === text[t])
    ) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return [...pattern.slice(p)].every(character => character === '*');
}

/**
 * What the service's pods will run on. A matching Fargate profile wins, since
 * EKS hands such pods to Fargate whatever nodes there are. Where the cluster
 * has both nodes of its own and Auto Mode, a choice decides, and without one
 * Auto Mode does. A choice that cannot be had changes nothing:
 * {@link findTargetProblems} says why.
 *
 * @public
 */
export function detectCompute(
  facts: Pick<EksClusterFacts, 'computeKinds' | 'fargateProfiles'>,
  target: {
    namespace: string;
    labels?: Record<string, string>;
    compute?: ComputeChoice;
  },
): Compute {
  if (
    matchingFargateProfile(
      facts.fargateProfiles,
      target.namespace,
      target.labels,
    )
  ) {
    return 'fargate';
  }
  if (!facts.computeKinds.includes('auto-mode')) {
    return 'nodes';
  }
  return target.compute === 'nodes' && hasOwnNodes(facts)
    ? 'nodes'
    : 'auto-mode';
}

/** Whether there are nodes that Auto Mode does not bring. */
function hasOwnNodes({
  computeKinds,
}: Pick<EksClusterFacts, 'computeKinds'>): boolean {
  return computeKinds.some(
    kind => kind === 'managed-nodes' || kind === 'karpenter',
  );
}

/** Schemes of load balancers, as AWS calls them. */
const SCHEMES = { public: 'internet-facing', internal: 'internal' } as const;

/**
 * The IngressClass for a service with an exposure. What the class's
 * IngressClassParams say goes before what an Ingress asks for (AWS Load
 * Balancer Controller, IngressClass), so one of the other scheme is none: it
 * would show the world what is meant for the company.
 *
 * @public
 */
export function ingressClassFor(
  { ingressClassName, ingressClasses }: LoadBalancerSupport,
  exposure: Exposure,
): string | undefined {
  return exposure === 'none' || !ingressClasses
    ? ingressClassName
    : classFor(ingressClasses, exposure);
}

/**
 * The GatewayClass for a service with an exposure. What its
 * LoadBalancerConfiguration says goes before what that of a Gateway asks for,
 * unless it lets the Gateway win (AWS Load Balancer Controller, mergingMode).
 *
 * @public
 */
export function gatewayClassFor(
  { gatewayClasses }: LoadBalancerSupport,
  exposure: Exposure,
): string | undefined {
  return exposure === 'none' || !gatewayClasses
    ? undefined
    : classFor(gatewayClasses, exposure);
}

function classFor(
  classes: IngressClass[],
  exposure: keyof typeof SCHEMES,
): string | undefined {
  const wanted = SCHEMES[exposure];
  return (
    classes.find(({ scheme }) => scheme === wanted) ??
    classes.find(({ scheme }) => scheme === undefined) ??
    classes.find(({ scheme }) => scheme === 'unknown')
  )?.name;
}

/**
 * What the path from the load balancer is written as. Without a choice it is
 * an Ingress wherever one works, and a Gateway where only that does. A choice
 * that cannot be had changes nothing: {@link findTargetProblems} says why.
 *
 * @public
 */
export function detectRouting(
  { loadBalancer }: Pick<EksClusterFacts, 'loadBalancer'>,
  exposure: Exposure,
  choice: RoutingChoice = 'auto-detect',
): Routing {
  if (
    choice === 'ingress' ||
    gatewayClassFor(loadBalancer, exposure) === undefined
  ) {
    return 'ingress';
  }
  const hasIngress =
    loadBalancer.kind !== 'none' &&
    ingressClassFor(loadBalancer, exposure) !== undefined;
  return choice === 'gateway' || !hasIngress ? 'gateway' : 'ingress';
}

/**
 * Why a service cannot run on a cluster, and what to do about it.
 *
 * @public
 */
export interface TargetProblem {
  /** `compute-choice` is about what was chosen, `compute` about what there is. */
  about:
    | 'cluster'
    | 'namespace'
    | 'load-balancer'
    | 'routing'
    | 'compute'
    | 'compute-choice';
  /** A sentence. */
  message: string;
  /** Another; left out where the first one says it. */
  remedy?: string;
}

/**
 * Why a service cannot run on a cluster; nothing when it can. Leave the
 * namespace out while nobody has chosen one.
 *
 * @public
 */
export function findTargetProblems(
  facts: EksClusterFacts,
  target: {
    namespace?: string;
    exposure?: Exposure;
    routing?: RoutingChoice;
    labels?: Record<string, string>;
    compute?: ComputeChoice;
  },
): TargetProblem[] {
  const { name } = facts;
  if (facts.status !== 'ACTIVE' && facts.status !== 'UPDATING') {
    return [
      {
        about: 'cluster',
        message: `Cluster ${name} is ${facts.status.toLocaleLowerCase(
          'en-US',
        )}, not active.`,
        remedy: 'Wait, or choose another.',
      },
    ];
  }
  if (!facts.reachable) {
    return [
      {
        about: 'cluster',
        message: facts.reason ?? `Cluster ${name} does not answer.`,
      },
    ];
  }

  const {
    namespace,
    exposure = 'none',
    routing = 'auto-detect',
    compute = 'auto-detect',
  } = target;
  const namespaceProblem = namespace ? validateNamespace(namespace) : undefined;
  return [
    namespaceProblem && { about: 'namespace', message: namespaceProblem },
    exposure !== 'none' && exposureProblem(facts, exposure, routing),
    namespace &&
      !namespaceProblem &&
      (computeProblem(facts, namespace, target.labels) ??
        choiceProblem(facts, compute, namespace, target.labels)),
  ].filter((problem): problem is TargetProblem => Boolean(problem));
}

/** Why nothing would lead from a load balancer to the service. */
function exposureProblem(
  facts: EksClusterFacts,
  exposure: keyof typeof SCHEMES,
  routing: RoutingChoice,
): TargetProblem | undefined {
  if (routing === 'gateway') {
    return gatewayProblem(facts, exposure);
  }
  if (detectRouting(facts, exposure, routing) === 'gateway') {
    return undefined;
  }
  return ingressProblem(facts, exposure);
}

function gatewayProblem(
  { name, loadBalancer }: EksClusterFacts,
  exposure: keyof typeof SCHEMES,
): TargetProblem | undefined {
  const { gatewayClasses } = loadBalancer;
  // Not known, which is for others to say.
  if (
    !gatewayClasses ||
    gatewayClassFor(loadBalancer, exposure) !== undefined
  ) {
    return undefined;
  }
  if (gatewayClasses.length === 0) {
    return {
      about: 'routing',
      message: `Cluster ${name} has no GatewayClass of the AWS Load Balancer Controller (\`gateway.k8s.aws/alb\`), so a Gateway gets no load balancer there.`,
      remedy:
        'Choose the routing "ingress" or "auto-detect", or ask the platform team for the Gateway API with the AWS Load Balancer Controller 3.0 or later.',
    };
  }
  const named = gatewayClasses.map(item => item.name).join(', ');
  const other = exposure === 'public' ? 'internal' : 'public';
  return {
    about: 'routing',
    message: `Cluster ${name} makes no ${SCHEMES[exposure]} load balancers for Gateways: the LoadBalancerConfiguration of ${named} says ${SCHEMES[other]}.`,
    remedy: `Choose "${other}" or the routing "ingress", or ask the platform team for a GatewayClass whose LoadBalancerConfiguration says \`scheme: ${SCHEMES[exposure]}\`.`,
  };
}

function ingressProblem(
  { name, loadBalancer }: EksClusterFacts,
  exposure: keyof typeof SCHEMES,
): TargetProblem | undefined {
  const { ingressClasses, kind } = loadBalancer;
  if (kind === 'none') {
    return {
      about: 'load-balancer',
      message: `Cluster ${name} has no load balancer controller, so exposure "${exposure}" cannot work there.`,
      remedy:
        'Choose "none", or ask the platform team for the AWS Load Balancer Controller.',
    };
  }
  if (
    !ingressClasses ||
    ingressClassFor(loadBalancer, exposure) !== undefined
  ) {
    return undefined;
  }
  if (ingressClasses.length === 0) {
    return {
      about: 'load-balancer',
      message: `Cluster ${name} has no IngressClass, which EKS Auto Mode does not bring along.`,
      remedy:
        'Choose "none", or ask the platform team for one with the controller `eks.amazonaws.com/alb`.',
    };
  }
  const named = ingressClasses.map(item => item.name).join(', ');
  const other = exposure === 'public' ? 'internal' : 'public';
  return {
    about: 'load-balancer',
    message: `Cluster ${name} makes no ${SCHEMES[exposure]} load balancers: the IngressClassParams of ${named} say ${SCHEMES[other]}.`,
    remedy: `Choose "${other}", or ask the platform team for an IngressClass whose IngressClassParams say \`scheme: ${SCHEMES[exposure]}\`.`,
  };
}

/** What pods of a namespace would wait for in vain. */
function computeProblem(
  { name, computeKinds, fargateProfiles }: EksClusterFacts,
  namespace: string,
  labels?: Record<string, string>,
): TargetProblem | undefined {
  if (computeKinds.length === 0) {
    return {
      about: 'compute',
      message: `Cluster ${name} has nothing to run pods on: no nodes, no Auto Mode, no Fargate profile.`,
      remedy: 'Choose another, or ask the platform team for nodes.',
    };
  }
  if (
    computeKinds.some(kind => kind !== 'fargate') ||
    matchingFargateProfile(fargateProfiles, namespace, labels)
  ) {
    return undefined;
  }
  const selectors = fargateProfiles
    .flatMap(profile => profile.selectors)
    .map(selector => selector.namespace)
    .filter(Boolean);
  return {
    about: 'compute',
    message: `Cluster ${name} runs pods on Fargate only, and no profile matches namespace "${namespace}" (they take ${selectors.join(
      ', ',
    )}).`,
    remedy:
      'Choose a namespace that matches, or ask the platform team for a profile.',
  };
}

/** Why pods of a namespace cannot run on what somebody wants them to. */
function choiceProblem(
  facts: EksClusterFacts,
  compute: ComputeChoice,
  namespace: string,
  labels?: Record<string, string>,
): TargetProblem | undefined {
  const { name, fargateProfiles, computeKinds } = facts;
  const found = detectCompute(facts, { namespace, labels, compute });
  if (compute === 'auto-detect' || compute === found) {
    return undefined;
  }
  if (found === 'fargate') {
    const profile = matchingFargateProfile(fargateProfiles, namespace, labels);
    return {
      about: 'compute-choice',
      message: `Fargate profile ${profile?.name} of cluster ${name} takes the pods of namespace "${namespace}", whatever nodes there are.`,
      remedy: 'Choose "fargate", or a namespace that no profile takes.',
    };
  }
  const missing = {
    fargate: computeKinds.includes('fargate')
      ? `No Fargate profile of cluster ${name} takes namespace "${namespace}".`
      : `Cluster ${name} has no Fargate profile.`,
    nodes: `Cluster ${name} has no nodes of its own: EKS Auto Mode brings them.`,
    'auto-mode': `Cluster ${name} has EKS Auto Mode switched off.`,
  }[compute];
  return {
    about: 'compute-choice',
    message: missing,
    remedy: `Choose "${found}" or "auto-detect", or another cluster.`,
  };
}

/**
 * The same as one text for each problem.
 *
 * @public
 */
export function explainTargetProblems(
  facts: EksClusterFacts,
  target: {
    namespace?: string;
    exposure?: Exposure;
    routing?: RoutingChoice;
    labels?: Record<string, string>;
    compute?: ComputeChoice;
  },
): string[] {
  return findTargetProblems(facts, target).map(({ message, remedy }) =>
    remedy === undefined ? message : `${message} ${remedy}`,
  );
}
