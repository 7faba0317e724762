import type { Explanation, Summary } from './types';

// English for those who do not draw: clients of actions, logs, tests. The page
// has words of its own, in the reader's language.

/**
 * Answers 'is it healthy, and what runs?' in one sentence, and adds what is most
 * useful to know.
 *
 * @param name - what it is about, such as `component:default/orders`
 * @public
 */
export function summarySentence(name: string, summary: Summary): string {
  const { stage, ready, total, unreadable, stale, explanation } = summary;
  const parts = [
    `${name}: ${stageOf(summary)}`,
    ...(stage !== 'nothing-deployed' && stage !== 'unreadable'
      ? [`${ready} of ${total} pods are ready`]
      : []),
    ...releasesOf(summary),
    ...(unreadable.length > 0 && stage !== 'unreadable'
      ? [`what is in ${unreadable.join(', ')} is not known`]
      : []),
    ...(stale
      ? [
          `what is in ${stale.clusters.join(', ')} was true at ${stale.asOf ?? 'an earlier time'} and may have changed`,
        ]
      : []),
  ];
  const sentence = `${parts.join('; ')}.`;
  return explanation
    ? `${sentence} ${explanationSentence(explanation)}`
    : sentence;
}

/**
 * What is the matter, and what to do about it.
 *
 * @public
 */
export function explanationSentence(explanation: Explanation): string {
  const { subject, facts, evidence } = explanation;
  const about = `${subject.kind} ${subject.name}`;
  const [what, next] = WORDS[explanation.code](about, facts);
  const said =
    explanation.severity === 'info' || evidence.length === 0
      ? ''
      : ` The cluster says: ${evidence.map(text => `“${text}”`).join(', ')}.`;
  return `${what}.${said}${next ? ` ${next}.` : ''}`;
}

type Facts = Explanation['facts'];

/** What to do where no node is made, by why that is so. */
const REFUSED_STEPS: Record<string, string> = {
  limits: 'Raise the limits of the node pool',
  maximum: 'Raise the maximum size of the node group',
  backoff: "Read the activity of the node group's Auto Scaling group",
  size: 'Request less, or allow larger instance types',
  taints: 'Give the pod the toleration, or use nodes without the taint',
  requirements:
    'Compare its node selector and affinity with what the nodes offer',
  other: 'Compare what the pod asks of a node with what the node pools offer',
};

/** What to do where a metric has no figures, by who answers for it. */
const SOURCE_STEPS: Record<string, string> = {
  resource: 'Check that metrics-server runs, and that the pods are ready',
  custom:
    'Check the adapter that serves custom.metrics.k8s.io, and that the pods report the metric',
  external:
    'Check the adapter that serves external.metrics.k8s.io, and the name and labels of the metric',
};

/** What is the matter, and the next step if there is one. */
const WORDS: Record<
  Explanation['code'],
  (about: string, facts: Facts) => [string, (string | undefined)?]
> = {
  'image-pull': (about, facts) => [
    `${about}: ${podsOf(facts)} cannot pull the image ${facts.image ?? ''}`.trimEnd(),
    'Check that the image exists in the registry, and that nodes may pull it',
  ],
  'image-not-found': (about, facts) => [
    `${about}: ${podsOf(facts)} names an image that its registry does not have: ${facts.image ?? 'unknown'}`,
    'Check that the build has pushed it, and the name and tag',
  ],
  'image-denied': (about, facts) => [
    `${about}: the registry refuses ${podsOf(facts)} the image ${facts.image ?? ''}`.trimEnd(),
    "Let the nodes' role (on Fargate: the pod execution role) pull from the repository, or name a pull secret; check the name, too",
  ],
  'image-rate-limited': (about, facts) => [
    `${about}: the registry has had too many requests to give ${podsOf(facts)} the image ${facts.image ?? ''}`.trimEnd(),
    'Wait until it is tried again; pull through a cache of ECR to be free of the limit',
  ],
  'image-wrong-platform': (about, facts) => [
    `${about}: the image ${facts.image ?? ''} of ${podsOf(facts)} is not built for the processor of its node`,
    'Build the image for both linux/amd64 and linux/arm64, or choose nodes by the label kubernetes.io/arch',
  ],
  'command-not-found': (about, facts) => [
    `${about}: the image of ${podsOf(facts)} has no such program as it is to run`,
    "Correct the container's command, or the image's entrypoint",
  ],
  'config-error': (about, facts) => [
    `${about}: ${podsOf(facts)} cannot start for what they are configured with`,
    'Check the ConfigMaps, Secrets and volumes that the pod names',
  ],
  'out-of-memory': (about, facts) => [
    `${about}: container ${facts.container ?? ''} of ${podsOf(facts)} used more memory than its limit${
      facts.limitMiB === undefined ? '' : ` of ${facts.limitMiB} MiB`
    } and was killed (${facts.restarts} restarts)`,
    'Raise the memory limit, or find what uses so much',
  ],
  'crash-loop': (about, facts) => [
    `${about}: container ${facts.container ?? ''} of ${podsOf(facts)} keeps ending${
      facts.exitCode === undefined ? '' : ` with exit code ${facts.exitCode}`
    } (${facts.restarts} restarts)`,
    'Read the logs of the run before this one',
  ],
  'liveness-failing': (about, facts) => [
    `${about}: container ${facts.container ?? ''} of ${podsOf(facts)} is ended again and again because its ${facts.probe} probe fails (${facts.restarts} restarts)`,
    'Check what the probe asks and how long it waits: give a slow start a startup probe',
  ],
  quota: (about, facts) => [
    `${about}: the quota ${facts.quota} of the namespace allows no more pods`,
    'Ask for a larger quota, or request less',
  ],
  'cannot-create': about => [
    `${about}: its pods are refused`,
    'Correct what the cluster objects to',
  ],
  'no-fargate-profile': (about, facts) => [
    `${about}: the cluster runs pods on Fargate only, and no profile takes ${podsOf(facts)} of namespace ${facts.namespace}`,
    'Have a Fargate profile made for the namespace, or use one that matches',
  ],
  'fargate-refused': (about, facts) => [
    `${about}: the Fargate profile ${facts.profile} takes ${podsOf(facts)}, and Fargate does not run it`,
    'Change what Fargate objects to, or run it on nodes',
  ],
  'node-launch-failed': (about, facts) => [
    `${about}: ${facts.by} cannot start the node ${facts.node} for ${podsOf(facts)}${
      facts.reason === undefined ? '' : ` (${facts.reason})`
    }`,
    'Allow more instance types and zones in the node pool where capacity is short; check quotas and the node role otherwise',
  ],
  'node-not-joined': (about, facts) => [
    `${about}: the node ${facts.node ?? ''} that ${facts.by} started for ${podsOf(facts)} has not joined the cluster for ${facts.minutes} minutes`,
    "Check the node role's access entry, its security groups and its way to the cluster's endpoint",
  ],
  'no-node-will-come': (about, facts) => [
    `${about}: no node has room for ${podsOf(facts)}, and ${facts.by} makes none`,
    REFUSED_STEPS[`${facts.because}`] ?? REFUSED_STEPS.other,
  ],
  'node-coming': (about, facts) => [
    `${about}: ${facts.by} is starting a node for ${podsOf(facts)}${
      facts.node === undefined ? '' : `: ${facts.node}`
    }`,
    'Nothing is to be done: it takes a minute or two',
  ],
  'no-ip-address': (about, facts) => [
    `${about}: the subnet has no IP address left for ${podsOf(facts)}`,
    'Free addresses or add subnets; prefix delegation of the VPC CNI fits more pods on a node',
  ],
  'cannot-set-up': (about, facts) => [
    `${about}: ${podsOf(facts)} has a node, and cannot be set up there (${facts.reason})`,
    'Check the volumes, Secrets and network that it needs',
  ],
  'probe-failing': (about, facts) => [
    `${about}: ${podsOf(facts)} runs, and its ${facts.probe} probe fails`,
    'Check the path and port that the probe asks, and what the service answers there',
  ],
  'target-unhealthy': (about, facts) => [
    `${about}: ${podsOf(facts)} is ready, but not for the load balancer`,
    'Check the path and the codes of its health check, and whether its security group reaches the pods',
  ],
  unschedulable: (about, facts) => [
    facts.lacks === undefined && facts.obstacles !== undefined
      ? `${about}: no node may take ${podsOf(facts)} for reasons of ${facts.obstacles}`
      : `${about}: no node has room for ${podsOf(facts)}${
          facts.lacks === undefined ? '' : `; they lack ${facts.lacks}`
        }`,
    facts.lacks === undefined && facts.obstacles !== undefined
      ? 'Compare the tolerations, affinities and volumes of the pod with what the nodes have'
      : 'Wait for a node to be added, request less, or have node limits raised',
  ],
  'not-ready': (about, facts) => [
    `${about}: ${podsOf(facts)} runs, but is not ready`,
    'Check what the readiness probe asks, and read the logs',
  ],
  'rollout-stalled': about => [
    `${about}: its rollout does not get on`,
    'Look at its newest pods, or roll back',
  ],
  'service-missing': (about, facts) => [
    `${about} does not exist, though Ingress ${facts.ingress ?? ''} sends requests to it`,
    'Make the Service, or correct the Ingress',
  ],
  'service-without-pods': about => [
    `${about}: no pod matches its selector`,
    "Compare its selector with the pods' labels",
  ],
  'no-ready-targets': (about, facts) => [
    `${about}: none of its ${facts.total} endpoints is ready, so requests reach nothing`,
    'Find out why its pods are not ready',
  ],
  'load-balancer-failed': (about, facts) => [
    `${about}: its load balancer cannot be made or changed (${facts.reason})`,
    'Correct what the controller objects to: it tries again by itself',
  ],
  'gateway-missing': (about, facts) => [
    `${about} does not exist, though HTTPRoute ${facts.route ?? ''} hangs on it`,
    'Make the Gateway, or name another in the route',
  ],
  'gateway-failed': about => [
    `${about}: no load balancer serves it`,
    'Correct what its controller objects to',
  ],
  'route-not-accepted': (about, facts) => [
    `${about}: Gateway ${facts.gateway ?? ''} does not take it`,
    "Compare its host names and section with the Gateway's listeners, and which namespaces they allow",
  ],
  'route-unresolved': about => [
    `${about}: what it leads to cannot be found`,
    'Correct its backends, or allow them with a ReferenceGrant',
  ],
  'drain-blocked': (about, facts) => [
    `${about}: ${podsOf(facts)} shall leave node ${facts.node}, and ${facts.rule} allows none to go: ${facts.healthy} of ${facts.expected} are healthy, and ${facts.needed} have to be`,
    facts.never === undefined
      ? 'Find out why the other pods are not healthy: the drain goes on by itself then'
      : 'Run one pod more, or let the budget allow one to go',
  ],
  'drain-impossible': (about, facts) => [
    `${about}: ${facts.rule} never allows a pod to go, so no node under them can be emptied`,
    'Run one pod more, or let the budget allow one to go, before nodes are upgraded',
  ],
  'load-balancer-pending': about => [
    `${about}: its load balancer has no address yet`,
    'Wait a few minutes; then read its events',
  ],
  'autoscaler-missing-request': (about, facts) => [
    `${about} cannot compute: ${
      facts.container === undefined
        ? 'a container'
        : `container ${facts.container}`
    } has no request for ${facts.resource}`,
    `Give each container a request for ${facts.resource}`,
  ],
  'autoscaler-no-metrics-server': about => [
    `${about} has no figures: nothing serves metrics.k8s.io`,
    'Have the add-on metrics-server installed',
  ],
  'autoscaler-no-metrics': (about, facts) => [
    `${about} has no figures for ${facts.metric ?? 'a metric'}`,
    SOURCE_STEPS[`${facts.source}`] ?? 'Check what provides the metric',
  ],
  'autoscaler-metric-unknown': (about, facts) => [
    `${about} has no figures for ${facts.metric}: it goes by its other metrics, and removes no pods meanwhile`,
    SOURCE_STEPS[`${facts.source}`] ?? 'Check what provides the metric',
  ],
  'autoscaler-cannot-scale': about => [
    `${about} cannot scale`,
    'Check what it targets',
  ],
  'autoscaler-at-max': (about, facts) => [
    `${about} is at its maximum of ${facts.max}${
      facts.metric === undefined
        ? ''
        : ` while ${facts.metric} is at ${facts.now} of ${facts.wanted}, which asks for ${facts.wants}`
    }`,
    'Raise the maximum if the load is real',
  ],
  'autoscaler-at-min': (about, facts) => [
    `${about} is at its minimum of ${facts.min}${
      facts.wants === undefined
        ? ''
        : `: ${facts.metric} at ${facts.now} of ${facts.wanted} asks for ${facts.wants}`
    }`,
  ],
  'autoscaler-slowed': (about, facts) => [
    `${about} ${facts.direction === 'up' ? 'adds' : 'removes'} pods as fast as its behavior allows${
      facts.wants === undefined
        ? ''
        : `: ${facts.metric} asks for ${facts.wants}`
    }`,
    facts.direction === 'up'
      ? 'Allow larger steps in spec.behavior if that is too slow'
      : undefined,
  ],
  'autoscaler-scaling-up': (about, facts) => [
    `${about} adds pods: ${facts.to} instead of ${facts.current ?? '?'}${
      facts.because === undefined ? '' : `, for ${facts.because}`
    }`,
  ],
  'autoscaler-scaling-down': (about, facts) => [
    `${about} removes pods: ${facts.to} instead of ${facts.current ?? '?'}`,
  ],
  'autoscaler-stabilising': (about, facts) => [
    `${about} waits before it ${facts.direction === 'up' ? 'adds' : 'removes'} pods${
      facts.wants === undefined
        ? ''
        : `: ${facts.metric} asks for ${facts.wants}`
    }`,
  ],
  'autoscaler-disabled': about => [
    `${about} does nothing while its target has no pods`,
  ],
  'rolling-out': (about, facts) => [
    `${about}: ${facts.updated} of ${facts.desired} pods are of the new version`,
  ],
  'rollout-paused': about => [
    `${about}: its rollout is paused`,
    'Resume it to go on',
  ],
  restarted: (about, facts) => [
    `${about}: container ${facts.container ?? ''} of ${podsOf(facts)} ended lately${
      facts.exitCode === undefined ? '' : ` with exit code ${facts.exitCode}`
    }, and runs again`,
  ],
};

function podsOf({ pod, pods }: Facts): string {
  return Number(pods) > 1 ? `${pods} pods, such as ${pod},` : `pod ${pod}`;
}

function stageOf({ stage, health, clusters, unreadable }: Summary): string {
  const where = clusters.length > 0 ? ` in ${clusters.join(', ')}` : '';
  switch (stage) {
    case 'nothing-deployed':
      return 'nothing is deployed';
    case 'unreadable':
      return `none of its clusters could be read (${unreadable.join(', ')})`;
    case 'stopped':
      return `stopped${where}`;
    case 'rolling-out':
      return `rolling out${where}`;
    default:
      return `${health}${where}`;
  }
}

function releasesOf({ releases }: Summary): string[] {
  const names = releases.flatMap(({ version, commit, digest }) => {
    const build = version ?? digest?.slice(0, 19);
    const source = commit && `commit ${commit.slice(0, 7)}`;
    const name = [build, source].filter(Boolean).join(', ');
    return name ? [name] : [];
  });
  return names.length > 0 ? [`runs ${names.join(' and ')}`] : [];
}
