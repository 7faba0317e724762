import { createHash } from 'node:crypto';
import { asJson, asObject, at, isObject } from './json';
import type { Json, JsonObject, KubernetesObject } from './types';

/** The values that are there, over the ones that are usual. */
function over(usual: JsonObject, value: Json | undefined): JsonObject {
  return { ...usual, ...(isObject(value) ? value : {}) };
}

/** Each object of a list, changed; what is no list stays as it is. */
function each(
  value: Json | undefined,
  change: (item: JsonObject) => JsonObject,
): Json | undefined {
  return Array.isArray(value)
    ? value.map(item => (isObject(item) ? change(item) : item))
    : value;
}

/** Changes a field where it is there. */
function within(
  object: JsonObject,
  field: string,
  change: (value: Json | undefined) => Json | undefined,
): JsonObject {
  return object[field] === undefined || object[field] === null
    ? object
    : { ...object, [field]: change(object[field]) };
}

type Rules = (json: JsonObject, object: KubernetesObject) => void;

const byKind: Partial<Record<string, Rules>> = {
  Namespace: (json, { metadata }) => {
    json.metadata = {
      ...over({}, json.metadata),
      labels: {
        ...metadata.labels,
        // A name that is none is refused as a name, not as a label too.
        ...(metadata.name.length <= 63 && {
          'kubernetes.io/metadata.name': metadata.name,
        }),
      },
    };
    json.spec = over({ finalizers: ['kubernetes'] }, json.spec);
    json.status = over({ phase: 'Active' }, json.status);
  },
  Pod: json => {
    json.spec = podDefaults(over({}, json.spec));
    json.status = over(
      { phase: 'Pending', qosClass: qualityOfService(json.spec) },
      json.status,
    );
  },
  Deployment: json => {
    const spec = over(
      { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
      json.spec,
    );
    const strategy = over({ type: 'RollingUpdate' }, spec.strategy);
    if (strategy.type === 'RollingUpdate') {
      strategy.rollingUpdate = over(
        { maxSurge: '25%', maxUnavailable: '25%' },
        strategy.rollingUpdate,
      );
    }
    json.spec = { ...withTemplate(spec), strategy };
  },
  ReplicaSet: json => {
    json.spec = withTemplate(over({ replicas: 1 }, json.spec));
  },
  StatefulSet: json => {
    json.spec = withTemplate(
      over(
        {
          replicas: 1,
          revisionHistoryLimit: 10,
          podManagementPolicy: 'OrderedReady',
          updateStrategy: {
            type: 'RollingUpdate',
            rollingUpdate: { partition: 0 },
          },
        },
        json.spec,
      ),
    );
  },
  DaemonSet: json => {
    json.spec = withTemplate(over({ revisionHistoryLimit: 10 }, json.spec));
  },
  Job: json => {
    json.spec = withTemplate(
      over({ parallelism: 1, completions: 1, backoffLimit: 6 }, json.spec),
    );
  },
  CronJob: json => {
    json.spec = over(
      {
        concurrencyPolicy: 'Allow',
        suspend: false,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
      },
      json.spec,
    );
  },
  Service: (json, { metadata }) => {
    const spec = over(
      {
        type: 'ClusterIP',
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
      },
      json.spec,
    );
    const clusterIP =
      spec.clusterIP ??
      (spec.type === 'ExternalName' ? undefined : clusterIp(metadata));
    json.spec = {
      ...spec,
      ...(clusterIP !== undefined && {
        clusterIP,
        clusterIPs: [clusterIP],
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
      }),
      ports: each(spec.ports, port =>
        over({ protocol: 'TCP', targetPort: port.port }, port),
      ),
    };
    json.status = over({ loadBalancer: {} }, json.status);
  },
  HorizontalPodAutoscaler: json => {
    json.spec = over(
      {
        minReplicas: 1,
        metrics: [
          {
            type: 'Resource',
            resource: {
              name: 'cpu',
              target: { type: 'Utilization', averageUtilization: 80 },
            },
          },
        ],
      },
      json.spec,
    );
  },
  NetworkPolicy: json => {
    const spec = over({}, json.spec);
    json.spec = over(
      { policyTypes: ['Ingress', ...(spec.egress ? ['Egress'] : [])] },
      spec,
    );
  },
  Ingress: json => {
    json.status = over({ loadBalancer: {} }, json.status);
  },
  Secret: json => {
    json.type ??= 'Opaque';
    const texts = isObject(json.stringData) ? json.stringData : {};
    delete json.stringData;
    const encoded = Object.entries(texts).map(([key, text]) => [
      key,
      Buffer.from(String(text)).toString('base64'),
    ]);
    if (encoded.length > 0) {
      json.data = over(over({}, json.data), Object.fromEntries(encoded));
    }
  },
};

/** Sets what the API server sets where nobody did. */
export function setDefaults(object: KubernetesObject): KubernetesObject {
  const json = structuredClone(asJson(object));
  byKind[object.kind]?.(json, object);
  return asObject(json);
}

function withTemplate(spec: JsonObject): JsonObject {
  return within(spec, 'template', template => ({
    ...over({}, template),
    spec: podDefaults(over({}, at(template, 'spec'))),
  }));
}

function podDefaults(spec: JsonObject): JsonObject {
  const complete = over(
    {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
      // The old name of the field is still told.
      ...(spec.serviceAccountName !== undefined && {
        serviceAccount: spec.serviceAccountName,
      }),
    },
    spec,
  );
  return [
    ['initContainers', containerDefaults] as const,
    ['containers', containerDefaults] as const,
    ['volumes', volumeDefaults] as const,
  ].reduce(
    (pod, [field, change]) => within(pod, field, list => each(list, change)),
    complete,
  );
}

function containerDefaults(container: JsonObject): JsonObject {
  const probed = ['livenessProbe', 'readinessProbe', 'startupProbe'].reduce(
    (result, field) => within(result, field, probeDefaults),
    over(
      {
        imagePullPolicy: pullPolicy(String(container.image)),
        resources: {},
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
      container,
    ),
  );
  return within(probed, 'ports', ports =>
    each(ports, port => over({ protocol: 'TCP' }, port)),
  );
}

/** An image whose tag may move is pulled each time. */
function pullPolicy(image: string): string {
  const [, tag = 'latest'] = /:([^/:@]+)(?:@.*)?$/.exec(image) ?? [];
  return tag === 'latest' && !image.includes('@') ? 'Always' : 'IfNotPresent';
}

function probeDefaults(probe: Json | undefined): JsonObject {
  return within(
    over(
      {
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
      probe,
    ),
    'httpGet',
    request => over({ path: '/', scheme: 'HTTP' }, request),
  );
}

function volumeDefaults(volume: JsonObject): JsonObject {
  return ['configMap', 'secret', 'projected', 'downwardAPI'].reduce(
    (result, source) =>
      within(result, source, value => over({ defaultMode: 0o644 }, value)),
    volume,
  );
}

/** By how much of what it uses a pod has asked for. */
function qualityOfService(spec: Json | undefined): string {
  const containers = ['initContainers', 'containers'].flatMap(field => {
    const list = at(spec, field);
    return Array.isArray(list) ? list : [];
  });
  const amounts = containers.flatMap(container =>
    ['cpu', 'memory'].map(resource => ({
      request: at(container, `resources.requests.${resource}`),
      limit: at(container, `resources.limits.${resource}`),
    })),
  );
  if (amounts.every(({ request, limit }) => !request && !limit)) {
    return 'BestEffort';
  }
  return amounts.every(
    ({ request, limit }) => limit && (!request || request === limit),
  )
    ? 'Guaranteed'
    : 'Burstable';
}

/** One address a Service, in the range that EKS uses. */
function clusterIp({ namespace, name }: { namespace?: string; name: string }) {
  const [a, b] = createHash('sha256').update(`${namespace}/${name}`).digest();
  return `10.100.${a}.${(b % 254) + 1}`;
}
