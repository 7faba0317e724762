import { badRequest } from './errors';
import { asJson, at, listAt, objectAt } from './json';
import type { JsonObject, KubernetesObject, ResourceKind } from './types';

type Labels = Record<string, string>;
type Match = (labels: Labels) => boolean;

/** Splits at commas that are not inside parentheses. */
function requirements(selector: string): string[] {
  return (selector.match(/(?:[^,(]|\([^)]*\))+/g) ?? [])
    .map(text => text.trim())
    .filter(text => text !== '');
}

/**
 * A label selector in its text form: `a=b`, `a==b`, `a!=b`, `a in (b,c)`,
 * `a notin (b,c)`, `a`, `!a`.
 *
 * @throws StatusError BadRequest
 */
export function parseLabelSelector(selector: string): Match {
  const matches = requirements(selector).map((text): Match => {
    const set = /^([^\s!=]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text);
    if (set) {
      const [, key, operator, list] = set;
      const values = list.split(',').map(value => value.trim());
      return operator === 'in'
        ? labels => key in labels && values.includes(labels[key])
        : labels => !(key in labels) || !values.includes(labels[key]);
    }
    const equality = /^([^\s!=]+)\s*(==|!=|=)\s*([^\s=!]*)$/.exec(text);
    if (equality) {
      const [, key, operator, value] = equality;
      return operator === '!='
        ? labels => labels[key] !== value
        : labels => labels[key] === value;
    }
    const presence = /^(!?)\s*([^\s!=()]+)$/.exec(text);
    if (presence) {
      const [, not, key] = presence;
      return labels => key in labels !== (not === '!');
    }
    throw badRequest(
      `unable to parse requirement: found '${text}', expected a label selector`,
    );
  });
  return labels => matches.every(match => match(labels));
}

/** A label selector in its object form, as Deployments and policies have it. */
export interface LabelSelector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** The selector that some JSON says. */
export function readSelector(json: JsonObject): LabelSelector {
  return {
    matchLabels: Object.fromEntries(
      Object.entries(objectAt(json, 'matchLabels')).map(([key, value]) => [
        key,
        String(value),
      ]),
    ),
    matchExpressions: listAt(json, 'matchExpressions').map(
      ({ key, operator, values }) => ({
        key: String(key),
        operator: String(operator),
        values: Array.isArray(values) ? values.map(String) : [],
      }),
    ),
  };
}

/** Whether labels are selected; no selector selects nothing. */
export function matchesSelector(
  selector: LabelSelector | undefined,
  labels: Labels = {},
): boolean {
  if (!selector) {
    return false;
  }
  return (
    Object.entries(selector.matchLabels ?? {}).every(
      ([key, value]) => labels[key] === value,
    ) &&
    (selector.matchExpressions ?? []).every(
      ({ key, operator, values = [] }) => {
        switch (operator) {
          case 'In':
            return key in labels && values.includes(labels[key]);
          case 'NotIn':
            return !(key in labels) || !values.includes(labels[key]);
          case 'Exists':
            return key in labels;
          default:
            return !(key in labels);
        }
      },
    )
  );
}

/** Field selector: any path of the object that holds a text, `=` and `!=`. */
export function parseFieldSelector(
  selector: string,
): (object: KubernetesObject) => boolean {
  const tests = requirements(selector).map(text => {
    const parsed = /^([\w.]+)\s*(==|!=|=)\s*(.*)$/.exec(text);
    if (!parsed) {
      throw badRequest(`invalid field selector: "${text}"`);
    }
    const [, path, operator, value] = parsed;
    return (object: KubernetesObject) =>
      (String(at(asJson(object), path) ?? '') === value) ===
      (operator !== '!=');
  });
  return object => tests.every(test => test(object));
}

const everyField = ['metadata.name', 'metadata.namespace'];
const fieldsByKind: Partial<Record<string, string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Event: [
    'involvedObject.apiVersion',
    'involvedObject.fieldPath',
    'involvedObject.kind',
    'involvedObject.name',
    'involvedObject.namespace',
    'involvedObject.resourceVersion',
    'involvedObject.uid',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  Job: ['status.successful'],
  Namespace: ['status.phase'],
  Node: ['spec.unschedulable'],
  ReplicaSet: ['status.replicas'],
  Secret: ['type'],
};

/**
 * Few fields can be selected by, and each kind has its own.
 *
 * @throws StatusError BadRequest
 */
export function requireFieldSelector(
  { kind }: ResourceKind,
  selector: string | undefined,
): void {
  for (const text of requirements(selector ?? '')) {
    const [field] = text.split(/[=!]/);
    const known = [...everyField, ...(fieldsByKind[kind] ?? [])];
    if (!known.includes(field.trim())) {
      throw badRequest(
        kind in fieldsByKind
          ? `field label not supported: ${field.trim()}`
          : `${JSON.stringify(field.trim())} is not a known field selector: only "metadata.name", "metadata.namespace"`,
      );
    }
  }
}

/** Whether an object passes both selectors; none lets everything pass. */
export function selectorFilter(filter: {
  labelSelector?: string;
  fieldSelector?: string;
}): (object: KubernetesObject) => boolean {
  const labels = filter.labelSelector
    ? parseLabelSelector(filter.labelSelector)
    : undefined;
  const fields = filter.fieldSelector
    ? parseFieldSelector(filter.fieldSelector)
    : undefined;
  return object =>
    (!labels || labels(object.metadata.labels ?? {})) &&
    (!fields || fields(object));
}
