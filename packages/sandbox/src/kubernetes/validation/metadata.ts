import type { Cause } from '../errors';
import type { KubernetesObject, ResourceKind } from '../types';
import { required, wrong } from './causes';

/** A name as host names have them. */
export const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$/;
const MOST_ANNOTATIONS = 256 * 1024;

const QUALIFIED =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

/** Kinds whose names become host names or label values. */
const labelNamed = new Set(['Namespace', 'Service']);

/** What is wrong with the name, labels and annotations. */
export function checkMetadata(
  { kind, group }: ResourceKind,
  { metadata }: KubernetesObject,
): Cause[] {
  const { name, labels = {}, annotations = {} } = metadata;
  const size = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + key.length + value.length,
    0,
  );
  return [
    ...checkName(name, kind, group),
    ...checkLabels(labels, 'metadata.labels'),
    ...Object.keys(annotations)
      .filter(key => !isQualifiedName(key.toLocaleLowerCase('en-US')))
      .map(key => wrong('metadata.annotations', key, QUALIFIED)),
    ...(size > MOST_ANNOTATIONS
      ? [
          {
            field: 'metadata.annotations',
            reason: 'FieldValueTooLong',
            message: `Too long: may not be more than ${MOST_ANNOTATIONS} bytes`,
          },
        ]
      : []),
  ];
}

function checkName(name: string, kind: string, group: string): Cause[] {
  if (!name) {
    return [required('metadata.name', 'name or generateName is required')];
  }
  if (group === 'rbac.authorization.k8s.io') {
    // Roles may be called what they like, such as `system:masters`.
    return /^\.{1,2}$|[/%]/.test(name)
      ? [
          wrong(
            'metadata.name',
            name,
            "may not be '.', '..' or contain '/', '%'",
          ),
        ]
      : [];
  }
  const short = labelNamed.has(kind);
  if (short && !LABEL.test(name)) {
    return [
      wrong(
        'metadata.name',
        name,
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      ),
    ];
  }
  const most = short ? 63 : 253;
  if (name.length > most) {
    return [
      wrong('metadata.name', name, `must be no more than ${most} characters`),
    ];
  }
  return SUBDOMAIN.test(name)
    ? []
    : [
        wrong(
          'metadata.name',
          name,
          "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
        ),
      ];
}

function isQualifiedName(key: string): boolean {
  const [name, prefix, ...rest] = key.split('/').reverse();
  return (
    rest.length === 0 &&
    LABEL_NAME.test(name) &&
    (prefix === undefined || (prefix.length <= 253 && SUBDOMAIN.test(prefix)))
  );
}

/** What is wrong with the keys and values of labels. */
export function checkLabels(
  labels: Record<string, string>,
  field: string,
): Cause[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...(isQualifiedName(key) ? [] : [wrong(field, key, QUALIFIED)]),
    ...(LABEL_VALUE.test(value)
      ? []
      : [
          wrong(
            field,
            value,
            "a valid label must be an empty string or consist of at most 63 alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
          ),
        ]),
  ]);
}
