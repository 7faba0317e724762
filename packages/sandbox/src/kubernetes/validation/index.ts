import { invalid, type Cause } from '../errors';
import { asJson, at, isObject, isSame, listAt, objectAt } from '../json';
import type { JsonObject, KubernetesObject, ResourceKind } from '../types';
import { required, wrong } from './causes';
import { checkMetadata } from './metadata';
import { checkIngress, checkNetworkPolicy, checkService } from './networking';
import { checkPodSpec } from './pods';
import { checkDeployment, checkJob, checkWorkload } from './workloads';

type Check = (now: JsonObject, before?: JsonObject) => Cause[];

const specChecks: Partial<Record<string, Check>> = {
  Deployment: checkDeployment,
  ReplicaSet: checkWorkload,
  StatefulSet: checkWorkload,
  DaemonSet: checkWorkload,
  Job: checkJob,
  Pod: spec => checkPodSpec(spec, 'spec'),
  HorizontalPodAutoscaler: checkAutoscaler,
  Service: checkService,
  Ingress: checkIngress,
  NetworkPolicy: checkNetworkPolicy,
  PodDisruptionBudget: spec =>
    spec.minAvailable !== undefined && spec.maxUnavailable !== undefined
      ? [
          wrong(
            'spec',
            spec,
            'minAvailable and maxUnavailable cannot be both set',
          ),
        ]
      : [],
};

/** Kinds that keep what matters beside a spec. */
const checks: Partial<Record<string, Check>> = {
  ConfigMap: checkImmutable,
  Secret: (now, before) => [
    ...checkImmutable(now, before),
    ...(before && before.type !== now.type
      ? [wrong('type', now.type, 'field is immutable')]
      : []),
  ],
  RoleBinding: checkBinding,
  ClusterRoleBinding: checkBinding,
};

/**
 * The checks of the API server that the template's objects could fail: names,
 * references between fields of one object, ranges, what cannot be changed.
 *
 * @throws StatusError Invalid with every cause.
 */
export function validate(
  kind: ResourceKind,
  object: KubernetesObject,
  previous?: KubernetesObject,
): void {
  const now = asJson(object);
  const before = previous && asJson(previous);
  const causes = checkMetadata(kind, object);
  const checkSpec = kind.custom ? undefined : specChecks[kind.kind];
  if (checkSpec) {
    causes.push(
      ...(isObject(now.spec)
        ? checkSpec(now.spec, before && objectAt(before, 'spec'))
        : [required('spec')]),
    );
  }
  const check = kind.custom ? undefined : checks[kind.kind];
  if (check) {
    causes.push(...check(now, before));
  }
  if (causes.length > 0) {
    throw invalid(kind, object.metadata.name, causes);
  }
}

function checkImmutable(now: JsonObject, before?: JsonObject): Cause[] {
  return before?.immutable === true && !isSame(before.data, now.data)
    ? [
        {
          field: 'data',
          reason: 'FieldValueForbidden',
          message: 'Forbidden: field is immutable when `immutable` is set',
        },
      ]
    : [];
}

function checkBinding(now: JsonObject, before?: JsonObject): Cause[] {
  return [
    ...(at(now, 'roleRef.name') ? [] : [required('roleRef.name')]),
    ...(before && !isSame(before.roleRef, now.roleRef)
      ? [wrong('roleRef', now.roleRef, 'cannot change roleRef')]
      : []),
  ];
}

function checkAutoscaler(spec: JsonObject): Cause[] {
  const { minReplicas: min = 1, maxReplicas: max } = spec;
  const causes: Cause[] = [];
  if (typeof min === 'number' && min < 1) {
    causes.push(
      wrong('spec.minReplicas', min, 'must be greater than or equal to 1'),
    );
  }
  if (typeof max !== 'number' || max < 1) {
    causes.push(wrong('spec.maxReplicas', max, 'must be greater than 0'));
  } else if (max < Number(min)) {
    causes.push(
      wrong(
        'spec.maxReplicas',
        max,
        'must be greater than or equal to `minReplicas`',
      ),
    );
  }
  for (const field of ['kind', 'name']) {
    if (!at(spec, `scaleTargetRef.${field}`)) {
      causes.push(required(`spec.scaleTargetRef.${field}`));
    }
  }
  const core = ['ReplicationController'];
  if (
    !at(spec, 'scaleTargetRef.apiVersion') &&
    !core.includes(String(at(spec, 'scaleTargetRef.kind')))
  ) {
    causes.push(
      wrong(
        'spec.scaleTargetRef.apiVersion',
        '',
        'apiVersion must specify API group',
      ),
    );
  }
  listAt(spec, 'metrics').forEach((metric, i) => {
    const path = `spec.metrics[${i}]`;
    const type = typeof metric.type === 'string' ? metric.type : '';
    const field = type.charAt(0).toLocaleLowerCase('en-US') + type.slice(1);
    if (!isObject(metric[field])) {
      causes.push(
        required(`${path}.${field}`, 'must populate information for its type'),
      );
      return;
    }
    const target = objectAt(metric, `${field}.target`);
    if (
      ['averageUtilization', 'averageValue', 'value'].every(
        key => target[key] === undefined,
      )
    ) {
      causes.push(
        required(
          `${path}.${field}.target`,
          'must set either a target raw value or a target utilization',
        ),
      );
    }
  });
  return causes;
}
