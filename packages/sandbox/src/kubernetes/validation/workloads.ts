import type { Cause } from '../errors';
import { at, isObject, isSame, objectAt } from '../json';
import { matchesSelector, readSelector } from '../selectors';
import type { Json, JsonObject } from '../types';
import { required, unsupported, wrong } from './causes';
import { checkLabels } from './metadata';
import { checkPodSpec } from './pods';

const whole = (value: Json | undefined, field: string): Cause[] =>
  typeof value === 'number' && value < 0
    ? [wrong(field, value, 'must be greater than or equal to 0')]
    : [];

const stringsOf = (value: JsonObject): Record<string, string> =>
  Object.fromEntries(
    Object.entries(value).map(([key, text]) => [key, String(text)]),
  );

/** What is wrong with what a workload says of its pods. */
export function checkWorkload(
  spec: JsonObject,
  previous?: JsonObject,
): Cause[] {
  const { selector, template, replicas } = spec;
  const causes = whole(replicas, 'spec.replicas');
  if (!isObject(selector)) {
    causes.push(required('spec.selector'));
  } else if (Object.keys(selector).length === 0) {
    causes.push(
      wrong(
        'spec.selector',
        selector,
        'empty selector is invalid for a workload',
      ),
    );
  }
  if (previous !== undefined && !isSame(previous.selector, selector)) {
    causes.push(wrong('spec.selector', selector, 'field is immutable'));
  }
  if (!isObject(template)) {
    return [...causes, required('spec.template')];
  }
  const labels = stringsOf(objectAt(template, 'metadata.labels'));
  if (isObject(selector) && !matchesSelector(readSelector(selector), labels)) {
    causes.push(
      wrong(
        'spec.template.metadata.labels',
        labels,
        '`selector` does not match template `labels`',
      ),
    );
  }
  const restartPolicy = at(template, 'spec.restartPolicy');
  if (restartPolicy !== undefined && restartPolicy !== 'Always') {
    causes.push(
      unsupported('spec.template.spec.restartPolicy', restartPolicy, [
        'Always',
      ]),
    );
  }
  return [
    ...causes,
    ...checkLabels(labels, 'spec.template.labels'),
    ...checkPodSpec(objectAt(template, 'spec'), 'spec.template.spec'),
  ];
}

export function checkDeployment(
  spec: JsonObject,
  previous?: JsonObject,
): Cause[] {
  const causes = checkWorkload(spec, previous);
  const type = at(spec, 'strategy.type');
  const rolling = at(spec, 'strategy.rollingUpdate');
  if (type !== 'RollingUpdate' && type !== 'Recreate') {
    causes.push(
      unsupported('spec.strategy.type', type, ['Recreate', 'RollingUpdate']),
    );
  }
  if (type === 'Recreate' && isObject(rolling)) {
    causes.push({
      field: 'spec.strategy.rollingUpdate',
      reason: 'FieldValueForbidden',
      message:
        "Forbidden: may not be specified when strategy `type` is 'Recreate'",
    });
  }
  const isZero = (value: Json | undefined) => value === 0 || value === '0%';
  if (
    isObject(rolling) &&
    isZero(rolling.maxSurge) &&
    isZero(rolling.maxUnavailable)
  ) {
    causes.push(
      wrong(
        'spec.strategy.rollingUpdate.maxUnavailable',
        rolling.maxUnavailable,
        'may not be 0 when `maxSurge` is 0',
      ),
    );
  }
  const { minReadySeconds = 0, progressDeadlineSeconds } = spec;
  if (
    typeof progressDeadlineSeconds === 'number' &&
    progressDeadlineSeconds <= Number(minReadySeconds)
  ) {
    causes.push(
      wrong(
        'spec.progressDeadlineSeconds',
        progressDeadlineSeconds,
        'must be greater than minReadySeconds',
      ),
    );
  }
  return causes;
}

/** A Job's template, which it cannot change. */
export function checkJob(spec: JsonObject, previous?: JsonObject): Cause[] {
  const policy = at(spec, 'template.spec.restartPolicy');
  return [
    ...(policy === 'OnFailure' || policy === 'Never'
      ? []
      : [
          unsupported('spec.template.spec.restartPolicy', policy, [
            'OnFailure',
            'Never',
          ]),
        ]),
    ...(previous && !isSame(previous.template, spec.template)
      ? [wrong('spec.template', '', 'field is immutable')]
      : []),
    ...checkPodSpec(objectAt(spec, 'template.spec'), 'spec.template.spec'),
  ];
}
