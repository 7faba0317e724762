import { asJson, isObject } from './json';
import { invalid, type Cause } from './errors';
import { matchesSelector } from './selectors';
import type { Json, JsonObject, KubernetesObject, ResourceKind } from './types';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Kinds whose names become host names or label values. */
const labelNamed = new Set(['Namespace', 'Service']);

/**
 * The checks of the API server that the template's objects could fail: names,
 * references between fields of one object, ranges.
 *
 * @throws StatusError Invalid with every cause.
 */
export function validate(
  kind: ResourceKind,
  object: KubernetesObject,
  previous?: KubernetesObject,
): void {
  const causes: Cause[] = [];
  const { name, labels = {} } = object.metadata;
  if (!name) {
    causes.push(required('metadata.name', 'name or generateName is required'));
  } else if (labelNamed.has(kind.kind)) {
    if (name.length > 63 || !LABEL.test(name)) {
      causes.push(
        wrong(
          'metadata.name',
          name,
          "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
        ),
      );
    }
  } else if (
    kind.group !== 'rbac.authorization.k8s.io' &&
    (name.length > 253 || !SUBDOMAIN.test(name))
  ) {
    causes.push(
      wrong(
        'metadata.name',
        name,
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      ),
    );
  }
  for (const [key, value] of Object.entries(labels)) {
    if (
      typeof value !== 'string' ||
      !/^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$/.test(value)
    ) {
      causes.push(
        wrong(
          'metadata.labels',
          `${key}=${value}`,
          "a valid label value must be an empty string or consist of at most 63 alphanumeric characters, '-', '_' or '.'",
        ),
      );
    }
  }
  const spec = asJson(object).spec;
  const rules: SpecRule | undefined = specRules[kind.kind];
  const before = asJson(previous).spec;
  if (rules && isObject(spec)) {
    causes.push(...rules(spec, isObject(before) ? before : undefined));
  } else if (rules) {
    causes.push(required('spec', 'Required value'));
  }
  if (causes.length > 0) {
    throw invalid(kind, name ?? '', causes);
  }
}

const required = (field: string, message: string): Cause => ({
  field,
  reason: 'FieldValueRequired',
  message: `Required value: ${message}`,
});
const wrong = (field: string, value: string, message: string): Cause => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: "${value}": ${message}`,
});

type SpecRule = (spec: JsonObject, previous?: JsonObject) => Cause[];

const specRules: Partial<Record<string, SpecRule>> = {
  Deployment: workload,
  ReplicaSet: workload,
  StatefulSet: workload,
  DaemonSet: workload,
  Pod: spec => podSpec(spec, 'spec'),
  HorizontalPodAutoscaler: spec => {
    const min = typeof spec.minReplicas === 'number' ? spec.minReplicas : 1;
    const max = spec.maxReplicas;
    const causes: Cause[] = [];
    if (typeof max !== 'number' || max < 1) {
      causes.push(
        wrong('spec.maxReplicas', `${max}`, 'must be greater than 0'),
      );
    } else if (max < min) {
      causes.push(
        wrong(
          'spec.maxReplicas',
          `${max}`,
          'must be greater than or equal to `minReplicas`',
        ),
      );
    }
    if (!isObject(spec.scaleTargetRef) || !spec.scaleTargetRef.name) {
      causes.push(required('spec.scaleTargetRef.name', ''));
    }
    return causes;
  },
  Service: spec => {
    const ports = Array.isArray(spec.ports) ? spec.ports : [];
    return ports.length === 0 &&
      spec.clusterIP !== 'None' &&
      spec.type !== 'ExternalName'
      ? [required('spec.ports', '')]
      : ports.flatMap((port, i) =>
          isObject(port) && isPort(port.port)
            ? []
            : [
                wrong(
                  `spec.ports[${i}].port`,
                  `${isObject(port) ? port.port : port}`,
                  'must be between 1 and 65535, inclusive',
                ),
              ],
        );
  },
  PodDisruptionBudget: spec =>
    spec.minAvailable !== undefined && spec.maxUnavailable !== undefined
      ? [
          wrong(
            'spec',
            '',
            'minAvailable and maxUnavailable cannot be both set',
          ),
        ]
      : [],
  Ingress: spec =>
    !Array.isArray(spec.rules) && !isObject(spec.defaultBackend)
      ? [
          wrong(
            'spec',
            '',
            'either `defaultBackend` or `rules` must be specified',
          ),
        ]
      : [],
};

const isPort = (value: Json | undefined) =>
  typeof value === 'number' && value >= 1 && value <= 65535;

function workload(spec: JsonObject, previous?: JsonObject): Cause[] {
  const causes: Cause[] = [];
  const { selector, template, replicas } = spec;
  if (typeof replicas === 'number' && replicas < 0) {
    causes.push(
      wrong(
        'spec.replicas',
        `${replicas}`,
        'must be greater than or equal to 0',
      ),
    );
  }
  if (!isObject(selector)) {
    causes.push(required('spec.selector', ''));
  } else if (
    previous &&
    JSON.stringify(previous.selector) !== JSON.stringify(selector)
  ) {
    causes.push(
      wrong('spec.selector', JSON.stringify(selector), 'field is immutable'),
    );
  }
  if (!isObject(template)) {
    return [...causes, required('spec.template', '')];
  }
  const metadata = isObject(template.metadata) ? template.metadata : {};
  if (
    isObject(selector) &&
    !matchesSelector(
      selector as Parameters<typeof matchesSelector>[0],
      metadata.labels as Record<string, string> | undefined,
    )
  ) {
    causes.push(
      wrong(
        'spec.template.metadata.labels',
        JSON.stringify(metadata.labels ?? {}),
        '`selector` does not match template `labels`',
      ),
    );
  }
  return [
    ...causes,
    ...podSpec(
      isObject(template.spec) ? template.spec : {},
      'spec.template.spec',
    ),
  ];
}

function podSpec(spec: JsonObject, path: string): Cause[] {
  const containers = Array.isArray(spec.containers) ? spec.containers : [];
  if (containers.length === 0) {
    return [required(`${path}.containers`, '')];
  }
  const volumes = (Array.isArray(spec.volumes) ? spec.volumes : []).map(
    volume => (isObject(volume) ? volume.name : undefined),
  );
  return containers.flatMap((container, i) => {
    const at = `${path}.containers[${i}]`;
    if (!isObject(container)) {
      return [required(at, '')];
    }
    const causes: Cause[] = [];
    if (typeof container.name !== 'string' || !LABEL.test(container.name)) {
      causes.push(required(`${at}.name`, ''));
    }
    if (!container.image) {
      causes.push(required(`${at}.image`, ''));
    }
    const mounts = Array.isArray(container.volumeMounts)
      ? container.volumeMounts
      : [];
    mounts.forEach((mount, j) => {
      if (isObject(mount) && !volumes.includes(mount.name)) {
        causes.push({
          field: `${at}.volumeMounts[${j}].name`,
          reason: 'FieldValueNotFound',
          message: `Not found: "${mount.name}"`,
        });
      }
    });
    return causes;
  });
}
