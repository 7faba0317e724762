import type { Cause } from '../errors';
import { isObject, listAt, objectAt } from '../json';
import type { Json, JsonObject } from '../types';
import { duplicate, missing, required, unsupported, wrong } from './causes';
import { LABEL } from './metadata';
import { parseQuantity } from './quantity';

const MOUNTED = 63;

/** What is wrong with the pods that a spec asks for. */
export function checkPodSpec(spec: JsonObject, path: string): Cause[] {
  const volumes = listAt(spec, 'volumes').map(({ name }) => name);
  const containers = listAt(spec, 'containers');
  const initContainers = listAt(spec, 'initContainers');
  const restartPolicies = ['Always', 'OnFailure', 'Never'];
  return [
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...listAt(spec, 'volumes').flatMap((volume, i) =>
      checkNamed(
        volume.name,
        volumes.slice(0, i),
        `${path}.volumes[${i}].name`,
      ),
    ),
    ...(
      [
        ['initContainers', initContainers],
        ['containers', containers],
      ] as const
    ).flatMap(([field, list]) =>
      list.flatMap((container, i) => [
        ...checkNamed(
          container.name,
          list.slice(0, i).map(({ name }) => name),
          `${path}.${field}[${i}].name`,
        ),
        ...checkContainer(container, volumes, `${path}.${field}[${i}]`),
      ]),
    ),
    ...(spec.restartPolicy !== undefined &&
    !restartPolicies.includes(String(spec.restartPolicy))
      ? [
          unsupported(
            `${path}.restartPolicy`,
            spec.restartPolicy,
            restartPolicies,
          ),
        ]
      : []),
  ];
}

function checkNamed(
  name: Json | undefined,
  others: (Json | undefined)[],
  field: string,
): Cause[] {
  if (typeof name !== 'string' || name === '') {
    return [required(field)];
  }
  if (!LABEL.test(name) || name.length > MOUNTED) {
    return [
      wrong(
        field,
        name,
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
      ),
    ];
  }
  return others.includes(name) ? [duplicate(field, name)] : [];
}

function checkContainer(
  container: JsonObject,
  volumes: (Json | undefined)[],
  path: string,
): Cause[] {
  const image = container.image;
  return [
    ...(image ? [] : [required(`${path}.image`)]),
    ...(typeof image === 'string' && image.trim() !== image
      ? [
          wrong(
            `${path}.image`,
            image,
            'must not have leading or trailing whitespace',
          ),
        ]
      : []),
    ...checkPorts(container, path),
    ...listAt(container, 'env').flatMap(({ name }, i) =>
      typeof name === 'string' && /^[^\s=]+$/.test(name)
        ? []
        : [required(`${path}.env[${i}].name`)],
    ),
    ...checkResources(objectAt(container, 'resources'), `${path}.resources`),
    ...listAt(container, 'volumeMounts').flatMap((mount, i) =>
      volumes.includes(mount.name)
        ? []
        : [missing(`${path}.volumeMounts[${i}].name`, mount.name)],
    ),
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap(probe =>
      checkProbe(container, probe, `${path}.${probe}`),
    ),
  ];
}

export const isPort = (value: Json | undefined) =>
  typeof value === 'number' && value >= 1 && value <= 65535;

function checkPorts(container: JsonObject, path: string): Cause[] {
  const names = new Set<Json>();
  return listAt(container, 'ports').flatMap(({ name, containerPort }, i) => {
    const at = `${path}.ports[${i}]`;
    const causes: Cause[] = [];
    if (name !== undefined && names.has(name)) {
      causes.push(duplicate(`${at}.name`, name));
    }
    if (
      typeof name === 'string' &&
      !(name.length <= 15 && LABEL.test(name) && /[a-z]/.test(name))
    ) {
      causes.push(
        wrong(
          `${at}.name`,
          name,
          'must be no more than 15 characters, lower case alphanumeric or -, with at least one letter',
        ),
      );
    }
    if (!isPort(containerPort)) {
      causes.push(
        containerPort === undefined
          ? required(`${at}.containerPort`)
          : wrong(
              `${at}.containerPort`,
              containerPort,
              'must be between 1 and 65535, inclusive',
            ),
      );
    }
    names.add(name ?? null);
    return causes;
  });
}

function checkResources(resources: JsonObject, path: string): Cause[] {
  const limits = objectAt(resources, 'limits');
  const requests = objectAt(resources, 'requests');
  const malformed = (
    [
      ['limits', limits],
      ['requests', requests],
    ] as const
  ).flatMap(([field, amounts]) =>
    Object.entries(amounts)
      .filter(([, amount]) => (parseQuantity(amount) ?? -1) < 0)
      .map(([resource, amount]) =>
        wrong(
          `${path}.${field}[${resource}]`,
          amount,
          'must be an amount such as 100m or 64Mi, greater than or equal to 0',
        ),
      ),
  );
  const tooLow = Object.entries(requests)
    .filter(
      ([resource, request]) =>
        (parseQuantity(limits[resource]) ?? Infinity) <
        (parseQuantity(request) ?? 0),
    )
    .map(([resource, request]) =>
      wrong(
        `${path}.requests`,
        request,
        `must be less than or equal to ${resource} limit of ${limits[resource]}`,
      ),
    );
  return [...malformed, ...tooLow];
}

function checkProbe(
  container: JsonObject,
  field: string,
  path: string,
): Cause[] {
  const probe = container[field];
  if (!isObject(probe)) {
    return [];
  }
  const handlers = ['exec', 'grpc', 'httpGet', 'tcpSocket'].filter(
    handler => probe[handler] !== undefined,
  );
  const causes: Cause[] =
    handlers.length === 1
      ? []
      : [
          handlers.length === 0
            ? required(path, 'must specify a handler type')
            : {
                field: path,
                reason: 'FieldValueForbidden',
                message: 'Forbidden: may not specify more than 1 handler type',
              },
        ];
  for (const handler of ['httpGet', 'tcpSocket']) {
    const { port } = objectAt(probe, handler);
    if (typeof port === 'number' && !isPort(port)) {
      causes.push(
        wrong(
          `${path}.${handler}.port`,
          port,
          'must be between 1 and 65535, inclusive',
        ),
      );
    }
  }
  if (
    field !== 'readinessProbe' &&
    probe.successThreshold !== undefined &&
    probe.successThreshold !== 1
  ) {
    causes.push(
      wrong(`${path}.successThreshold`, probe.successThreshold, 'must be 1'),
    );
  }
  return causes;
}
