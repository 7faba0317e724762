import { asJson, asObject, at, isObject, listAt, objectAt } from './json';
import { apiVersionOf, kinds, storedKind } from './kinds';
import type { Json, JsonObject, KubernetesObject, ResourceKind } from './types';

/** How one kind looks in another version of its API. */
interface Conversion {
  to(stored: JsonObject): JsonObject;
  from(versioned: JsonObject): JsonObject;
}

/** Fields of an Event by their names in `v1` and in `events.k8s.io/v1`. */
const eventFields: [core: string, events: string][] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

function renamed(object: JsonObject, names: [string, string][]): JsonObject {
  const byName = new Map(names);
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      byName.get(key) ?? key,
      value,
    ]),
  );
}

/** Where `autoscaling/v1` keeps what it has no fields for. */
const ANNOTATION = 'autoscaling.alpha.kubernetes.io/';

const isCpuUtilization = (metric: JsonObject) =>
  at(metric, 'resource.name') === 'cpu' &&
  at(metric, 'resource.target.averageUtilization') !== undefined;

const autoscalers: Conversion = {
  to(stored) {
    const metrics = listAt(stored, 'spec.metrics');
    const { metrics: _, behavior, ...spec } = objectAt(stored, 'spec');
    const { currentMetrics, conditions, ...status } = objectAt(
      stored,
      'status',
    );
    const metadata = objectAt(stored, 'metadata');
    const others = metrics.filter(metric => !isCpuUtilization(metric));
    const extra: JsonObject = {
      ...(others.length > 0 && { metrics: others }),
      ...(behavior !== undefined && { behavior }),
      ...(currentMetrics !== undefined && {
        'current-metrics': currentMetrics,
      }),
      ...(conditions !== undefined && { conditions }),
    };
    const current = listAt(stored, 'status.currentMetrics').find(
      metric => at(metric, 'resource.name') === 'cpu',
    );
    return {
      ...stored,
      metadata: {
        ...metadata,
        annotations: {
          ...objectAt(metadata, 'annotations'),
          ...Object.fromEntries(
            Object.entries(extra).map(([key, value]) => [
              ANNOTATION + key,
              JSON.stringify(value),
            ]),
          ),
        },
      },
      spec: {
        ...spec,
        targetCPUUtilizationPercentage: at(
          metrics.find(isCpuUtilization),
          'resource.target.averageUtilization',
        ),
      },
      status: {
        ...status,
        currentCPUUtilizationPercentage: at(
          current,
          'resource.current.averageUtilization',
        ),
      },
    };
  },
  from(versioned) {
    const { targetCPUUtilizationPercentage: target, ...spec } = objectAt(
      versioned,
      'spec',
    );
    const metadata = objectAt(versioned, 'metadata');
    const annotations = objectAt(metadata, 'annotations');
    const kept = (key: string): Json | undefined => {
      const text = annotations[ANNOTATION + key];
      return typeof text === 'string' ? JSON.parse(text) : undefined;
    };
    const others = kept('metrics');
    const metrics: Json[] = [
      ...(typeof target === 'number'
        ? [
            {
              type: 'Resource',
              resource: {
                name: 'cpu',
                target: { type: 'Utilization', averageUtilization: target },
              },
            },
          ]
        : []),
      ...(Array.isArray(others) ? others : []),
    ];
    const behavior = kept('behavior');
    return {
      ...versioned,
      metadata: {
        ...metadata,
        ...(isObject(metadata.annotations) && {
          annotations: Object.fromEntries(
            Object.entries(annotations).filter(
              ([key]) => !key.startsWith(ANNOTATION),
            ),
          ),
        }),
      },
      spec: {
        ...spec,
        ...(metrics.length > 0 && { metrics }),
        ...(behavior !== undefined && { behavior }),
      },
    };
  },
};

const conversions = new Map<ResourceKind, Conversion>([
  [
    kinds.eventsOfTheirOwnGroup,
    {
      to: stored => renamed(stored, eventFields),
      from: versioned =>
        renamed(
          versioned,
          eventFields.map(([core, events]) => [events, core]),
        ),
    },
  ],
  [kinds.horizontalPodAutoscalersV1, autoscalers],
]);

/** A stored object in the version that was asked for. */
export function toVersion(
  kind: ResourceKind,
  stored: KubernetesObject,
): KubernetesObject {
  const conversion = conversions.get(kind);
  const apiVersion = apiVersionOf(kind);
  if (!conversion) {
    // The versions of a custom kind differ in their name alone.
    return stored.apiVersion === apiVersion
      ? stored
      : { ...stored, apiVersion };
  }
  return asObject({ ...conversion.to(asJson(stored)), apiVersion });
}

/** An object that was sent, in the version that is stored. */
export function fromVersion(
  kind: ResourceKind,
  versioned: KubernetesObject,
): KubernetesObject {
  const conversion = conversions.get(kind);
  return conversion
    ? asObject({
        ...conversion.from(asJson(versioned)),
        apiVersion: apiVersionOf(storedKind(kind)),
      })
    : versioned;
}
