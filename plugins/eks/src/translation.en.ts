// English texts of the EKS tab and card.
export default {
  tab: { title: 'EKS' },
  card: {
    title: 'Running on EKS',
    ready: 'Pods ready',
    restarts: 'Restarts',
    clusters: 'Clusters',
    more: 'Show pods and autoscaler',
  },
  services: {
    title: 'Services on EKS',
    name: 'Service',
    state: 'State',
    release: 'Version',
    search: 'Search services',
    none: 'None of its components runs on EKS.',
    noMatch: 'No service matches.',
    notKnown: 'Nothing is known: {{why}}',
    failed: 'What the services run cannot be read',
    older: 'What is shown was true a while ago',
    more_one: 'Show the service',
    more_other: 'Show all {{count}} services',
  },
  health: {
    healthy: 'healthy',
    progressing: 'progressing',
    degraded: 'degraded',
    unknown: 'unknown',
  },
  live: {
    connecting: 'connecting',
    live: 'live',
    polling: 'up to date',
    lost: 'connection lost',
    ended: 'ended',
    asItHappens: 'changes are shown as they happen',
    updated: 'updated at {{time}}',
    withoutBackend:
      'updated at {{time}} through the Kubernetes plugin: the EKS backend is not installed, so changes come late and there are no logs',
    endedBecause: {
      'token-expired': 'the portal ended the session: load the page again',
      permission: 'you may no longer see what runs',
      shutdown: 'the portal is being restarted',
      'entity-gone': 'the catalog no longer has it',
    },
    since: 'shows what was true at {{time}}',
    slow: 'still waiting for an answer',
  },
  sentence: {
    running_one: '{{ready}} of {{count}} pod is ready in {{clusters}}.',
    running_other: '{{ready}} of {{count}} pods are ready in {{clusters}}.',
    rollingOut_one:
      'Rolling out {{release}} in {{clusters}}: {{ready}} of {{count}} pod is ready.',
    rollingOut_other:
      'Rolling out {{release}} in {{clusters}}: {{ready}} of {{count}} pods are ready.',
    failing_one: 'One pod cannot run.',
    failing_other: '{{count}} pods cannot run.',
    stopped: 'Scaled to no pods in {{clusters}}.',
    nothing: 'Nothing is deployed yet.',
    unreadable: 'Nothing can be said: {{clusters}} cannot be read.',
    alsoUnreadable: '{{clusters}} cannot be read.',
    stale: '{{clusters}} is shown as it was at {{time}}.',
    aNewVersion: 'a new version',
    version: 'Version',
    commit: 'commit',
    digest: 'image',
    besides: 'beside it',
    restarted_one:
      'Pod {{pod}} restarted once: container {{container}} ended with {{ending}}.',
    restarted_other:
      'Pod {{pod}} restarted {{count}} times: container {{container}} ended with {{ending}}.',
    lookAt: 'Look at {{pod}}',
    troubled: 'Pod {{pod}}: {{state}}.',
    troubledBecause: 'Pod {{pod}}: {{state}}, “{{message}}”.',
  },
  ending: {
    exitCode: 'exit code {{code}}',
    reason: '{{reason}} (exit code {{code}})',
    unknown: 'an unknown exit code',
  },
  cluster: {
    gaps: 'Not shown, because the portal’s role may not read it or it did not answer: {{kinds}}. Everything else is as it is. Apply kubernetes-rbac.yaml, see docs/iam.md.',
    account: 'account {{account}}',
    namespace_one: 'namespace {{namespaces}}',
    namespace_other: 'namespaces {{namespaces}}',
    unreadable: 'cannot be read',
    partial: 'partly read',
    toFix: 'To fix:',
    lastSeen: 'Last seen: {{ready}} of {{total}} pods ready.',
    nothingHere: 'Nothing of this service is deployed here yet.',
    version: 'EKS {{version}}',
    supportEnds: 'standard support until {{date}}',
    addon: 'Add-on {{name}}: {{issues}}',
    compute: {
      'managed-nodes': 'managed nodes',
      karpenter: 'Karpenter',
      'auto-mode': 'Auto Mode',
      fargate: 'Fargate',
    },
  },
  link: {
    copy: 'Copy link',
    copyOf: 'Copy link to {{name}}',
    copied: 'Copied',
    failed: 'The browser did not let it be copied.',
  },
  nodes: {
    title: 'Where they run',
    name: 'Node',
    type: 'Instance',
    zone: 'Zone',
    capacityKind: 'Capacity',
    madeByWhom: 'Made by',
    pods: 'Pods',
    leaving: 'being emptied',
    capacity: {
      'on-demand': 'on demand',
      spot: 'spot',
      reserved: 'reserved',
      fargate: 'Fargate',
    },
    madeBy: {
      'managed-node-group': 'managed node group',
      karpenter: 'Karpenter',
      'auto-mode': 'EKS Auto Mode',
      fargate: 'Fargate',
      unknown: 'unknown',
    },
  },
  connection: {
    connecting: 'connecting',
    live: 'live',
    stale: 'stale',
    denied: 'access denied',
    unreachable: 'not reachable',
    gone: 'gone',
    viewer: 'read for you alone',
    why: {
      stale: 'The connection to this cluster was lost and is being made again.',
      denied:
        'This cluster refuses the portal. Ask the platform team for an access entry of the portal’s role, as docs/iam.md says.',
      unreachable: 'This cluster does not answer. It is tried again by itself.',
      gone: 'This cluster is there no more.',
      viewer: 'This cluster is read with your own credentials.',
    },
    said: 'The portal says: “{{message}}”.',
    since: 'So since {{time}}.',
    asOf: 'What is shown was true at {{time}}.',
  },
  cause: {
    noAccess: 'This cluster does not let the portal in ({{role}}).',
    noAccessFix:
      'ask the platform team for an access entry with AmazonEKSViewPolicy for that role, as docs/iam.md says.',
    accessLost: 'This cluster does not let the portal in any more ({{role}}).',
    accessLostFix:
      'check that the role and its access entry are still there, as docs/iam.md says; clock and token of the portal are right.',
    clock:
      'This cluster refuses the portal, whose clock is {{minutes}} minutes {{direction}} its own.',
    clockFix: 'set the clock that is wrong; tokens are valid for minutes only.',
    tokenExpired:
      'This cluster refuses the portal, whose token expired at {{time}}.',
    tokenExpiredFix:
      'a new one is taken by itself; if this stays, look in the backend’s log for why AWS gives none.',
    forbidden: 'This cluster lets the portal in, but it may not {{action}}.',
    forbiddenFix:
      'give the portal’s role the rights of docs/iam-policies/kubernetes-rbac.yaml, as docs/iam.md says.',
    busy: 'The API of this cluster is too busy to answer.',
    busyFix: 'nothing: it is asked again when it says.',
    failing:
      'The API of this cluster answers with an error (status {{status}}).',
    failingFix:
      'look at its health in the EKS console; it is asked again by itself.',
    certificateExpired: 'The certificate of this cluster has expired.',
    certificateExpiredFix:
      'compare the portal’s clock with the time, and check what answers at the cluster’s endpoint.',
    certificateEarly: 'The certificate of this cluster is not valid yet.',
    certificateEarlyFix: 'compare the portal’s clock with the time.',
    certificateForeign:
      'The certificate of this cluster is not of the authority that EKS names.',
    certificateForeignFix:
      'check what answers at the cluster’s endpoint: it may be a proxy, or somebody else.',
    certificateHost: 'The certificate of this cluster is for another host.',
    certificateHostFix: 'check what answers at the cluster’s endpoint.',
    noAnswer: 'This cluster does not answer in time.',
    noAnswerFix:
      'check that the portal’s network reaches its endpoint on port 443; it is asked again by itself.',
    noConnection: 'There is no connection to this cluster ({{said}}).',
    noConnectionFix:
      'check that the portal’s network reaches its endpoint on port 443; it is tried again by itself.',
    notUnderstood: 'What this cluster answers is not understood ({{said}}).',
    notUnderstoodFix:
      'check what answers at its endpoint, such as a proxy; it is asked again by itself.',
    credentials:
      'AWS gives the portal no credentials for this cluster: {{message}}',
    credentialsFix: 'do as AWS’s answer says; it is tried again by itself.',
    tooManyObjects:
      'This cluster has more than {{maximum}} {{kind}}, which is as many as the portal keeps.',
    tooManyObjectsFix:
      'raise eks.watch.maximumObjects if the portal has the memory.',
    tooManyWatches:
      'This cluster is not watched: {{maximum}} watches are in use.',
    tooManyWatchesFix:
      'raise eks.watch.maximumWatches if the portal has the memory.',
    notKnown: 'The portal does not know this cluster any more.',
    notKnownFix:
      'add its account and region to eks.discovery.accounts if it is still there.',
    ahead: 'ahead of',
    behind: 'behind',
    noWords: 'no reason was given',
  },
  pod: {
    title: 'Pod {{pod}}',
    overview: 'Overview',
    logs: 'Logs',
    yaml: 'YAML',
    gone: 'This pod is not there any more.',
    failed: 'It could not be read: {{message}}',
    containers: 'Containers',
    container: 'Container',
    state: 'State',
    restarts: 'Restarts',
    ended: 'Last ended with',
    digest: 'Digest',
    conditions: 'Conditions',
    holds: 'yes',
    holdsNot: 'no',
    unknown: 'unknown',
    events: 'Events',
    noEvents: 'Nothing was noted in the last hour.',
    times: '{{n}} times',
    containerState: {
      waiting: 'waiting',
      running: 'running',
      terminated: 'ended',
      unknown: 'unknown',
    },
  },
  logs: {
    follow: 'Follow',
    previous: 'Of the run before',
    filter: 'Filter lines',
    download: 'Download',
    empty: 'Nothing was written.',
    noMatch: 'No line matches.',
    cut: 'Only the last {{lines}} lines are shown, and downloaded.',
    denied: 'You may not read logs: ask for the permission eks.logs.read.',
    lines: 'Lines of {{container}}',
  },
  explanation: {
    livenessFailing:
      'Container {{container}} of {{pod}} is ended again and again because its {{probe}} probe fails.',
    fargateRefused:
      'The Fargate profile {{profile}} takes {{pod}}, and Fargate does not run it.',
    nodeLaunchFailed: '{{by}} cannot start the node {{node}} for {{pod}}.',
    nodeNotJoined:
      'The node {{node}} that {{by}} started for {{pod}} has not joined the cluster for {{minutes}} minutes.',
    noNodeWillCome: 'No node has room for {{pod}}, and {{by}} makes none.',
    nodeComing: '{{by}} is starting a node for {{pod}}.',
    noIpAddress: 'The subnet has no IP address left for {{pod}}.',
    cannotSetUp: '{{pod}} has a node, and cannot be set up there.',
    probeFailing: '{{pod}} runs, and its {{probe}} probe fails.',
    targetUnhealthy: '{{pod}} is ready, but not for the load balancer.',
    loadBalancerFailed:
      'The load balancer of {{name}} cannot be made or changed.',
    gatewayMissing:
      'The Gateway {{name}} does not exist, though the route {{route}} hangs on it.',
    gatewayFailed: 'No load balancer serves the Gateway {{name}}.',
    routeNotAccepted:
      'The Gateway {{gateway}} does not take the route {{name}}.',
    routeUnresolved: 'What the route {{name}} leads to cannot be found.',
    drainBlocked:
      '{{pod}} shall leave the node {{node}}, and the disruption budget {{name}} ({{rule}}) lets none go.',
    drainImpossible:
      'The disruption budget {{name}} ({{rule}}) never lets a pod go, so no node under them can be emptied.',
    autoscalerMetricUnknown:
      'The autoscaler {{name}} has no figures for {{metric}}: it goes by its other metrics, and removes no pods meanwhile.',
    autoscalerAtMin: 'The autoscaler {{name}} is at its minimum of {{min}}.',
    autoscalerSlowedUp:
      'The autoscaler {{name}} adds pods as fast as its behavior allows.',
    autoscalerSlowedDown:
      'The autoscaler {{name}} removes pods as fast as its behavior allows.',
    autoscalerStabilisingUp: 'The autoscaler waits before it adds pods.',
    metricAsks:
      '{{metric}} is at {{now}} of {{wanted}}, which asks for {{wants}} pods.',
    imagePull: '{{pod}} cannot pull its image.',
    imageNotFound: 'The registry does not have the image that {{pod}} names.',
    imageDenied: 'The registry refuses {{pod}} its image.',
    imageRateLimited:
      'The registry has had too many requests to give {{pod}} its image.',
    imageWrongPlatform:
      'The image of {{pod}} is not built for the processor of its node.',
    commandNotFound:
      'The image of {{pod}} has no such program as it is to run.',
    configError: '{{pod}} cannot start for what it is configured with.',
    outOfMemory:
      'Container {{container}} of {{pod}} used more memory than its limit and was killed.',
    crashLoop: 'Container {{container}} of {{pod}} keeps ending.',
    quota: 'The quota {{quota}} of the namespace allows no more pods.',
    cannotCreate: 'The cluster refuses the pods of {{name}}.',
    noFargateProfile:
      'The cluster runs pods on Fargate only, and no profile takes {{pod}}.',
    unschedulable: 'No node takes {{pod}}.',
    notReady: '{{pod}} runs, but is not ready.',
    rolloutStalled: 'The rollout of {{name}} does not get on.',
    serviceMissing:
      'The Service {{name}} does not exist, though an Ingress sends requests to it.',
    serviceWithoutPods: 'No pod matches the selector of the Service {{name}}.',
    noReadyTargets:
      'Requests to {{name}} reach nothing: none of its endpoints is ready.',
    loadBalancerPending: 'The load balancer of {{name}} has no address yet.',
    autoscalerMissingRequest:
      'The autoscaler {{name}} cannot compute: a container has no request for {{resource}}.',
    autoscalerNoMetricsServer:
      'The autoscaler {{name}} has no figures: nothing serves metrics.k8s.io.',
    autoscalerNoMetrics: 'The autoscaler {{name}} has no figures for a metric.',
    autoscalerCannotScale: 'The autoscaler {{name}} cannot scale.',
    autoscalerAtMax: 'The autoscaler {{name}} is at its maximum of {{max}}.',
    autoscalerScalingUp: 'The autoscaler adds pods, up to {{to}}.',
    autoscalerScalingDown: 'The autoscaler removes pods, down to {{to}}.',
    autoscalerStabilising: 'The autoscaler waits before it removes pods.',
    autoscalerDisabled:
      'The autoscaler does nothing while its target has no pods.',
    rollingOut:
      '{{updated}} of {{desired}} pods of {{name}} are of the new version.',
    rolloutPaused: 'The rollout of {{name}} is paused.',
    restarted:
      'Container {{container}} of {{pod}} ended lately, and runs again.',
  },
  nextStep: {
    livenessFailing:
      'Check what the probe asks and how long it waits: give a slow start a startup probe.',
    fargateRefused: 'Change what Fargate objects to, or run it on nodes.',
    nodeLaunchFailed:
      'Allow more instance types and zones in the node pool where capacity is short; check quotas and the node role otherwise.',
    nodeNotJoined:
      'Check the access entry of the node role, its security groups and its way to the cluster’s endpoint.',
    nodeComing: 'Nothing is to be done: it takes a minute or two.',
    nodeLimits: 'Raise the limits of the node pool.',
    nodeMaximum: 'Raise the maximum size of the node group.',
    nodeBackoff: 'Read the activity of the node group’s Auto Scaling group.',
    nodeSize: 'Request less, or allow larger instance types.',
    nodeTaints: 'Give the pod the toleration, or use nodes without the taint.',
    nodeRequirements:
      'Compare its node selector and affinity with what the nodes offer.',
    nodeOther:
      'Compare what the pod asks of a node with what the node pools offer.',
    noIpAddress:
      'Free addresses or add subnets; prefix delegation of the VPC CNI fits more pods on a node.',
    cannotSetUp: 'Check the volumes, Secrets and network that it needs.',
    probeFailing:
      'Check the path and port that the probe asks, and what the service answers there.',
    targetUnhealthy:
      'Check the path and the codes of its health check, and whether its security group reaches the pods.',
    noReadyTargets: 'Find out why its pods are not ready.',
    loadBalancerFailed:
      'Correct what the controller objects to: it tries again by itself.',
    gatewayMissing: 'Make the Gateway, or name another in the route.',
    gatewayFailed: 'Correct what its controller objects to.',
    routeNotAccepted:
      'Compare its host names and section with the listeners of the Gateway, and which namespaces they allow.',
    routeUnresolved:
      'Correct its backends, or allow them with a ReferenceGrant.',
    drainBlocked:
      'Find out why the other pods are not healthy: the drain goes on by itself then.',
    drainImpossible: 'Run one pod more, or let the budget allow one to go.',
    metricResource:
      'Check that metrics-server runs, and that the pods are ready.',
    metricCustom:
      'Check the adapter that serves custom.metrics.k8s.io, and that the pods report the metric.',
    metricExternal:
      'Check the adapter that serves external.metrics.k8s.io, and the name and labels of the metric.',
    autoscalerSlowed:
      'Allow larger steps in spec.behavior if that is too slow.',
    imagePull:
      'Check that the image exists in the registry, and that nodes may pull it.',
    imageNotFound: 'Check that the build has pushed it, and the name and tag.',
    imageDenied:
      'Let the role of the nodes (on Fargate: the pod execution role) pull from the repository, or name a pull secret; check the name, too.',
    imageRateLimited:
      'Wait until it is tried again; pull through a cache of ECR to be free of the limit.',
    imageWrongPlatform:
      'Build the image for both linux/amd64 and linux/arm64, or choose nodes by the label kubernetes.io/arch.',
    commandNotFound:
      'Correct the command of the container, or the entrypoint of the image.',
    configError:
      'Check the ConfigMaps, Secrets and volumes that the pod names.',
    outOfMemory: 'Raise the memory limit, or find what uses so much.',
    crashLoop: 'Read the logs of the run before this one.',
    quota: 'Ask for a larger quota, or request less.',
    cannotCreate: 'Correct what the cluster objects to.',
    noFargateProfile:
      'Have a Fargate profile made for the namespace, or use one that matches.',
    unschedulable:
      'Wait for a node to be added, or change what the pod asks of one.',
    notReady: 'Check what the readiness probe asks, and read the logs.',
    rolloutStalled: 'Look at its newest pods, or roll back.',
    serviceMissing: 'Make the Service, or correct the Ingress.',
    serviceWithoutPods: 'Compare its selector with the labels of the pods.',
    loadBalancerPending: 'Wait a few minutes; then read its events.',
    autoscalerMissingRequest: 'Give each container a request for it.',
    autoscalerNoMetricsServer: 'Have the add-on metrics-server installed.',
    autoscalerNoMetrics: 'Check what provides the metric.',
    autoscalerCannotScale: 'Check what it targets.',
    autoscalerAtMax: 'Raise the maximum if the load is real.',
    rolloutPaused: 'Resume it to go on.',
  },
  theClusterSays: 'The cluster says:',
  lastHour: {
    title: 'Last hour',
    pods: 'Between {{from}} and {{to}} pods were ready.',
    cpu: 'They used between {{from}} and {{to}} cores.',
    rollout: '{{version}} came at {{time}}.',
    ready: 'pods ready',
    desired: 'pods wanted',
    cpuUpTo: 'CPU, up to {{most}} cores',
  },
  scan: {
    critical: '{{n}} critical',
    high: '{{n}} high',
    lower: '{{n}} lower',
    clean: 'no findings',
    complete: 'scanned',
    'in-progress': 'being scanned',
    failed: 'scan failed',
  },
  problem: {
    unauthorized: 'The cluster does not accept the portal’s credentials.',
    unauthorizedFix:
      'give the portal’s role an EKS access entry with AmazonEKSViewPolicy for the namespace, see docs/iam.md.',
    forbidden:
      'The cluster knows the portal’s role, but does not let it read {{path}}.',
    forbiddenFix:
      'associate AmazonEKSViewPolicy for the namespace with the role’s access entry, see docs/iam.md.',
    notFound: 'The cluster does not serve {{path}}.',
    notFoundFix:
      'leave the kind out of kubernetes.customResources, or install what serves it.',
    unreachable: 'The cluster does not answer: {{message}}.',
    unreachableFix:
      'let the portal reach the cluster’s endpoint on port 443; a private endpoint needs a way into its VPC.',
    serverError: 'The cluster answered with an error for {{path}}.',
    serverErrorFix:
      'look at the cluster’s health in the EKS console; the page asks again by itself.',
    notKnown:
      'The catalog entry names this cluster, but the portal has not discovered it.',
    notKnownFix:
      'add its account and region to eks.discovery.accounts, or correct the annotation aws.amazon.com/amazon-eks-cluster-arn.',
    other: 'The cluster refused to answer for {{path}}.',
    otherFix:
      'look at the backend’s log for the answer; the page asks again by itself.',
    noMessage: 'no reason was given',
    anything: 'anything',
  },
  path: {
    label: 'The way of a request to the pods',
    host: 'Host name',
    tls: 'TLS',
    noTls: 'no TLS',
    loadBalancer: 'Load balancer',
    active: 'active',
    noAddress: 'no address yet',
    internetFacing: 'internet-facing',
    internal: 'internal',
    ingress: 'Ingress',
    gateway: 'Gateway',
    gatewayMissing: 'not found',
    gatewayBad: 'not served',
    gatewayWaiting: 'being made',
    gatewayUnknown: 'not readable',
    route: 'HTTPRoute',
    routeNotAccepted: 'not accepted',
    routeUnresolved: 'leads nowhere',
    routeWaiting: 'waiting',
    rules_one: '1 rule',
    rules_other: '{{count}} rules',
    service: 'Service',
    serviceMissing: 'not found',
    endpoints: '{{ready}} of {{total}}',
    endpointsReady: 'endpoints ready',
    draining_one: 'one draining',
    draining_other: '{{count}} draining',
    pods: 'Pods',
    failing: '{{number}} failing',
    ready: '{{ready}} ready',
    onNodes_one: 'on 1 node',
    onNodes_other: 'on {{count}} nodes',
    onFargate: 'on Fargate',
  },
  autoscaler: {
    title: 'Autoscaler',
    none: 'No autoscaler: the number of pods changes only by a deployment.',
    keeps: 'keeps {{min}} to {{max}} pods of {{target}}',
    picture:
      'Between {{min}} and {{max}} pods. Now {{current}}, wanted {{desired}}.',
    min: 'min {{value}}',
    max: 'max {{value}}',
    now: 'now {{value}}',
    wants: 'wants {{value}}',
    unknown: 'unknown',
    asks: 'Pods it asks for',
    metrics: 'Metrics',
    metric: 'Metric',
    use: 'Use and target',
    value: 'Value',
    'of.percent-of-request': '{{current}} of request, target {{target}}',
    'of.per-pod': '{{current}} per pod, target {{target}}',
    'of.total': '{{current}}, target {{target}}',
    unknownUse: 'unknown, target {{target}}',
    container: 'container {{container}}',
    cpu: 'CPU',
    memory: 'Memory',
    lastScaled: 'Last scaled {{age}} ago.',
  },
  note: {
    'scaling-up': 'Going to {{to}} pods.',
    'scaling-up-because':
      'Going to {{to}} pods, because {{metrics}} is above its target.',
    'scaling-down': 'Going down to {{to}} pods.',
    steady: 'The number of pods fits the load.',
    'at-max':
      'It would start more pods, but its maximum is {{max}}: raise scaling.maxReplicas if the load stays.',
    'at-min': 'Fewer pods would do, but its minimum is {{min}}.',
    'slowed-up': 'It adds pods as fast as its behavior allows.',
    'slowed-down': 'It takes pods away as fast as its behavior allows.',
    'stabilising-up': 'It waits for a while before it adds pods.',
    'stabilising-down': 'It waits for a while before it takes pods away.',
    'metric-unknown':
      'It has no figures for {{metric}}, and goes by its other metrics.',
    disabled: 'It is off, because the workload is scaled to 0.',
    'metrics-missing':
      'It cannot act, because it has no metrics. Check that metrics-server runs and that the containers have CPU requests.',
    'cannot-scale': 'It cannot change the number of pods.',
    'not-acted-yet': 'It has not looked at its metrics yet.',
  },
  action: {
    restart: 'Restart',
    restartOf: 'Restart {{name}}',
    restartText:
      '{{kind}} {{name}} in namespace {{namespace}} of cluster {{cluster}} replaces its pods one after another. Those that run go only when new ones are ready.',
    restarted: '{{name}} is restarting. Its rollout is shown as it goes on.',
    scale: 'Scale',
    scaleOf: 'Scale {{name}}',
    scaleTo: 'Scale to {{replicas}}',
    scaleText:
      '{{kind}} {{name}} in namespace {{namespace}} of cluster {{cluster}}: {{pods}} now.',
    replicas: 'Pods',
    bounds:
      'Autoscaler {{autoscaler}} allows {{min}} to {{max}}, and goes on deciding from there.',
    noAutoscaler: 'No autoscaler changes this afterwards.',
    scaled: '{{name}} goes from {{from}} to {{to}}.',
    deletePod: 'Delete this pod',
    deletePodOf: 'Delete pod {{pod}}',
    deletePodText:
      'Pod {{pod}} in namespace {{namespace}} of cluster {{cluster}} is asked to stop. Its workload makes another.',
    delete: 'Delete',
    deleted: 'Pod {{pod}} is stopping; it has {{seconds}} s to end.',
    failed: 'It was not done',
    cancel: 'Cancel',
    done: 'Done',
  },
  workloads: {
    title: 'Workloads',
    gone: 'The workload {{name}} is not there any more.',
    name: 'Workload',
    rollout: 'Rollout',
    ready: 'Ready',
    release: 'Version',
    progress: '{{updated}} of {{desired}} updated',
    complete: 'complete',
    progressing: 'in progress',
    stalled: 'stalled',
    paused: 'paused',
    stopped: 'scaled to 0',
  },
  pods: {
    title: 'Pods',
    name: 'Pod',
    state: 'State',
    ready: 'Ready',
    restarts: 'Restarts',
    cpu: 'CPU',
    memory: 'Memory',
    runsOn: 'Runs on',
    image: 'Image',
    age: 'Age',
    search: 'Filter pods',
    filterState: 'State of the pods',
    everyState: 'every state',
    noMatch: 'No pod matches the filter.',
    noFigures: 'no figures',
    noFiguresWhy:
      'There are no CPU and memory figures: {{why}} Everything else on this page is not affected.',
    figuresForbidden:
      'the portal’s role may not read metrics.k8s.io, which AmazonEKSViewPolicy leaves out (docs/iam.md).',
    figuresMissing: 'the cluster has no metrics-server.',
    figuresOther: 'the cluster did not answer for them.',
    usage: '{{used}} used, {{request}} requested',
    usageNoRequest: '{{used}} used, nothing requested',
    limit: 'limit {{limit}}',
    ended: '{{ending}}, {{age}} ago',
    killedIn: 'ends in {{age}}',
    notScheduled: 'no node yet',
  },
  podState: {
    ready: 'Ready',
    'not-ready': 'Not ready',
    starting: 'Starting',
    pending: 'Waiting for a node',
    'crash-loop': 'Crash loop',
    'image-error': 'Image cannot be pulled',
    'config-error': 'Cannot be started',
    draining: 'Draining',
    completed: 'Completed',
    failed: 'Failed',
    unknown: 'Unknown',
  },
  links: {
    title: 'Look further',
    containerInsights: 'Container Insights: everything',
    containerInsightsCluster: 'Container Insights: cluster',
    containerInsightsNamespace: 'Container Insights: namespace',
    containerInsightsWorkload: 'Container Insights: {{workload}}',
    logsInsights: 'Logs Insights: last hour',
    logsInsightsWorkload: 'Logs Insights: {{workload}}, last hour',
    eksCluster: 'EKS cluster',
    ecrRepository: 'ECR repository',
    pipeline: 'Pipeline runs',
    newTab: 'opens in a new tab',
  },
  empty: {
    title: 'Nothing is deployed yet',
    next: 'When the pipeline has built, scanned and delivered the first image, its pods appear here by themselves.',
    notFound:
      'No cluster has an object for this entity. Its objects carry the label {{selector}}.',
  },
  error: {
    title: 'The clusters could not be asked',
    denied:
      'You may not see what runs here. Ask your portal’s administrator for the permission eks.runtime.read.',
    backend: 'The portal’s Kubernetes backend did not answer: {{message}}',
    next: 'The page tries again by itself.',
  },
  loading: { label: 'Asking the clusters …' },
  age: {
    seconds: '{{n}} s',
    minutes: '{{n}} min',
    hours: '{{n}} h',
    days: '{{n}} d',
  },
} as const;
