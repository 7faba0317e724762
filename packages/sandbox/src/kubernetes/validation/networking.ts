import type { Cause } from '../errors';
import { at, isObject, listAt, objectAt } from '../json';
import type { JsonObject } from '../types';
import { duplicate, required, unsupported, wrong } from './causes';
import { isPort } from './pods';

const PATH_TYPES = ['Exact', 'Prefix', 'ImplementationSpecific'];
const SERVICE_TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

export function checkService(spec: JsonObject, previous?: JsonObject): Cause[] {
  const ports = listAt(spec, 'ports');
  const causes: Cause[] = [];
  if (!SERVICE_TYPES.includes(String(spec.type))) {
    causes.push(unsupported('spec.type', spec.type, SERVICE_TYPES));
  }
  if (
    ports.length === 0 &&
    spec.clusterIP !== 'None' &&
    spec.type !== 'ExternalName'
  ) {
    causes.push(required('spec.ports'));
  }
  if (
    previous &&
    previous.type === spec.type &&
    previous.clusterIP !== spec.clusterIP
  ) {
    causes.push(
      wrong('spec.clusterIPs[0]', spec.clusterIP, 'may not change once set'),
    );
  }
  ports.forEach((port, i) => {
    const path = `spec.ports[${i}]`;
    const earlier = ports.slice(0, i);
    if (!port.name && ports.length > 1) {
      causes.push(required(`${path}.name`));
    }
    if (port.name && earlier.some(({ name }) => name === port.name)) {
      causes.push(duplicate(`${path}.name`, port.name));
    }
    if (!isPort(port.port)) {
      causes.push(
        wrong(
          `${path}.port`,
          port.port,
          'must be between 1 and 65535, inclusive',
        ),
      );
    }
    if (
      earlier.some(
        other => other.port === port.port && other.protocol === port.protocol,
      )
    ) {
      causes.push(
        duplicate(path, { port: port.port, protocol: port.protocol }),
      );
    }
  });
  return causes;
}

export function checkIngress(spec: JsonObject): Cause[] {
  const rules = listAt(spec, 'rules');
  if (rules.length === 0 && !isObject(spec.defaultBackend)) {
    return [
      wrong(
        'spec',
        spec,
        'either `defaultBackend` or `rules` must be specified',
      ),
    ];
  }
  return rules.flatMap((rule, i) => [
    ...(typeof rule.host === 'string' &&
    !/^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(
      rule.host,
    )
      ? [
          wrong(
            `spec.rules[${i}].host`,
            rule.host,
            'a lowercase RFC 1123 subdomain or a wildcard of one is needed',
          ),
        ]
      : []),
    ...listAt(rule, 'http.paths').flatMap((path, j) =>
      checkIngressPath(path, `spec.rules[${i}].http.paths[${j}]`),
    ),
  ]);
}

function checkIngressPath(path: JsonObject, field: string): Cause[] {
  const causes: Cause[] = [];
  if (path.pathType === undefined) {
    causes.push(required(`${field}.pathType`, 'pathType must be specified'));
  } else if (!PATH_TYPES.includes(String(path.pathType))) {
    causes.push(unsupported(`${field}.pathType`, path.pathType, PATH_TYPES));
  } else if (
    path.pathType !== 'ImplementationSpecific' &&
    !String(path.path).startsWith('/')
  ) {
    causes.push(wrong(`${field}.path`, path.path, 'must be an absolute path'));
  }
  const service = objectAt(path, 'backend.service');
  if (!at(path, 'backend.resource')) {
    if (!service.name) {
      causes.push(required(`${field}.backend.service.name`));
    }
    const { name, number } = objectAt(service, 'port');
    if (name === undefined && number === undefined) {
      causes.push(
        required(`${field}.backend`, 'port name or number is required'),
      );
    }
  }
  return causes;
}

export function checkNetworkPolicy(spec: JsonObject): Cause[] {
  const types = Array.isArray(spec.policyTypes) ? spec.policyTypes : [];
  const supported = ['Egress', 'Ingress'];
  return types.flatMap((type, i) =>
    supported.includes(String(type))
      ? []
      : [unsupported(`spec.policyTypes[${i}]`, type, supported)],
  );
}
