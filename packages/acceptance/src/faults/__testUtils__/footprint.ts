import type { KubernetesObject, Sandbox } from '@slipway/sandbox';

/**
 * Everything that AWS and the clusters hold, by path. Two of them tell what a
 * run has changed.
 */
export type Footprint = Map<string, string>;

/** One value that a run made, changed or removed. */
export interface Difference {
  path: string;
  before?: string;
  after?: string;
}

/** Between the steps of a path: keys hold slashes, dots and colons. */
const SEPARATOR = ' > ';

/** Where no step of a path bears the service's name, the resource is this deep. */
const USUAL_DEPTH = 5;

/** What differs from one run to the next although the same was done. */
const VARIABLE = new Set([
  'creationTimestamp',
  'managedFields',
  'resourceVersion',
  'status',
  'uid',
]);

/** What says whose something is. */
const MARK = /(slipway:entity|slipway\.io\/entity)$/;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isVariable(key: string, value: unknown): boolean {
  return VARIABLE.has(key) || (key.endsWith('At') && !isObject(value));
}

function flatten(steps: string[], value: unknown, into: Footprint): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) =>
      flatten([...steps, String(index)], item, into),
    );
  } else if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      if (!isVariable(key, member)) {
        flatten([...steps, key], member, into);
      }
    }
  } else if (value !== undefined) {
    into.set(steps.join(SEPARATOR), JSON.stringify(value));
  }
}

/** What the portal wrote and nobody has removed; going takes its time. */
function isOurs({ metadata }: KubernetesObject): boolean {
  const { managedFields = [], labels = {}, deletionTimestamp } = metadata;
  return (
    deletionTimestamp === undefined &&
    ('slipway.io/entity' in labels ||
      managedFields.some(({ manager }) => manager === 'slipway'))
  );
}

/**
 * What AWS holds, and in the clusters what the portal wrote: they live a life
 * of their own beside it.
 */
export function footprintOf({ aws, cluster }: Sandbox): Footprint {
  const footprint: Footprint = new Map();
  // Sessions come and go with every run.
  const { credentials: _, ...state } = aws.state;
  flatten(['aws'], state, footprint);
  for (const { arn } of aws.clusters()) {
    for (const object of cluster(arn).snapshot().objects) {
      if (isOurs(object)) {
        const { namespace = '', name } = object.metadata;
        const kind = `${object.apiVersion} ${object.kind}`;
        flatten(
          ['kubernetes', 'clusters', arn, kind, `${namespace}/${name}`],
          object,
          footprint,
        );
      }
    }
  }
  return footprint;
}

/** What is different between two moments. */
export function differencesOf(
  before: Footprint,
  after: Footprint,
): Difference[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .filter(path => before.get(path) !== after.get(path))
    .map(path => ({
      path,
      before: before.get(path),
      after: after.get(path),
    }));
}

/**
 * The resources that were made or changed and do not say whose they are.
 *
 * @param name - of the service, which most of its resources bear
 */
export function orphansOf(
  before: Footprint,
  after: Footprint,
  name: string,
): string[] {
  const resourceOf = (path: string) => {
    const steps = path.split(SEPARATOR);
    const named = steps.findIndex(step => step.includes(name));
    return steps.slice(0, named < 0 ? USUAL_DEPTH : named + 1).join(SEPARATOR);
  };
  const marked = new Set(
    [...after.keys()].filter(path => MARK.test(path)).map(resourceOf),
  );
  const touched = differencesOf(before, after)
    .filter(difference => difference.after !== undefined)
    .map(({ path }) => resourceOf(path));
  return [...new Set(touched)].filter(resource => !marked.has(resource));
}
