import { asJson, isObject } from './json';
import { createHash } from 'node:crypto';
import type { Json, JsonObject, KubernetesObject } from './types';

/** Sets what the API server sets where nobody did. */
export function setDefaults(object: KubernetesObject): KubernetesObject {
  const json = structuredClone(asJson(object));
  const rules = byKind[object.kind];
  rules?.(json, object);
  return json as unknown as KubernetesObject;
}

/** The values that are there, over the ones that are usual. */
function over(usual: JsonObject, value: Json | undefined): JsonObject {
  return { ...usual, ...(isObject(value) ? value : {}) };
}

type Rules = (json: JsonObject, object: KubernetesObject) => void;

const byKind: Record<string, Rules> = {
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
      { phase: 'Pending', qosClass: 'Burstable' },
      json.status,
    );
  },
  Deployment: json => {
    const spec = over(
      {
        replicas: 1,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate' },
      },
      json.spec,
    );
    const strategy = over({ type: 'RollingUpdate' }, spec.strategy);
    if (strategy.type === 'RollingUpdate') {
      strategy.rollingUpdate = over(
        { maxSurge: '25%', maxUnavailable: '25%' },
        strategy.rollingUpdate,
      );
    }
    json.spec = { ...spec, strategy, template: template(spec.template) };
  },
  ReplicaSet: workload,
  StatefulSet: workload,
  DaemonSet: workload,
  Service: (json, { metadata }) => {
    const spec = over(
      { type: 'ClusterIP', sessionAffinity: 'None' },
      json.spec,
    );
    const ports = Array.isArray(spec.ports) ? spec.ports.filter(isObject) : [];
    json.spec = {
      ...spec,
      clusterIP: spec.clusterIP ?? clusterIp(metadata),
      ports: ports.map(port => ({
        ...over({ protocol: 'TCP', targetPort: port.port }, port),
      })),
    };
    json.status = over({ loadBalancer: {} }, json.status);
  },
  HorizontalPodAutoscaler: json => {
    json.spec = over({ minReplicas: 1 }, json.spec);
  },
};

function workload(json: JsonObject) {
  const spec = over({ replicas: 1 }, json.spec);
  json.spec = { ...spec, template: template(spec.template) };
}

function template(value: Json | undefined): JsonObject {
  const json = over({}, value);
  return { ...json, spec: podDefaults(over({}, json.spec)) };
}

function podDefaults(spec: JsonObject): JsonObject {
  const containers = (value: Json | undefined): Json | undefined =>
    Array.isArray(value)
      ? value.map(container =>
          over(
            {
              imagePullPolicy: 'IfNotPresent',
              terminationMessagePath: '/dev/termination-log',
              terminationMessagePolicy: 'File',
            },
            container,
          ),
        )
      : value;
  return {
    ...over(
      {
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        dnsPolicy: 'ClusterFirst',
        schedulerName: 'default-scheduler',
      },
      spec,
    ),
    ...(spec.initContainers !== undefined && {
      initContainers: containers(spec.initContainers),
    }),
    containers: containers(spec.containers),
  };
}

/** One address a Service, in the range that EKS uses. */
function clusterIp({ namespace, name }: { namespace?: string; name: string }) {
  const [a, b] = createHash('sha256').update(`${namespace}/${name}`).digest();
  return `10.100.${a}.${(b % 254) + 1}`;
}
