import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { Alert, Button, Flex, Skeleton, Text, TextField } from '@backstage/ui';
import {
  type ComputeChoice,
  type Exposure,
  type RoutingChoice,
  validateNamespace,
} from '@slipway/backstage-plugin-eks-common';
import { useEffect } from 'react';
import { eksApiRef } from '../api/EksApi';
import { ClusterChoice } from './ClusterChoice';
import styles from './fields.module.css';
import { eksFormTranslationRef } from './translation';
import { useAnswer } from './useAnswer';

/**
 * One environment of the service and where it runs.
 *
 * @public
 */
export interface Target {
  /** Names the overlay in the repository, such as `production`. */
  environment: string;
  clusterArn: string;
  namespace: string;
}

const environments = ['production', 'staging', 'development'];

/** The environments of the service, each with its cluster and namespace. */
export const TargetsField = (props: FieldExtensionComponentProps<Target[]>) => {
  const { onChange, formContext, rawErrors } = props;
  const { t } = useTranslationRef(eksFormTranslationRef);
  const name: string = formContext?.formData?.name ?? '';
  const given = props.formData?.length ? props.formData : [undefined];
  // The form starts with an empty item, or with none: either is filled in.
  const targets = given.reduce<Target[]>(
    (complete, target) => [
      ...complete,
      { ...newTarget(complete, name), ...withoutGaps(target) },
    ],
    [],
  );
  const incomplete = given.some(
    target => target?.environment === undefined || !('namespace' in target),
  );
  useEffect(() => {
    if (incomplete) {
      onChange(targets);
    }
    // What is filled in follows from what is missing.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [incomplete]);

  const replace = (index: number, change: Partial<Target>) =>
    onChange(
      targets.map((target, i) =>
        i === index ? { ...target, ...change } : target,
      ),
    );

  return (
    <Flex direction="column" gap="4" bg="neutral" className={styles.field}>
      <Text as="h3" variant="title-x-small">
        {t('targets.label')}
      </Text>
      {targets.map((target, index) => (
        <TargetCard
          // Environments may be renamed: the position is what stays.
          key={index}
          target={target}
          exposure={formContext?.formData?.exposure}
          routing={formContext?.formData?.routing}
          compute={formContext?.formData?.compute}
          onChange={change => replace(index, change)}
          onRemove={
            targets.length > 1
              ? () => onChange(targets.filter((_, i) => i !== index))
              : undefined
          }
        />
      ))}
      {rawErrors && rawErrors.length > 0 && (
        <Text color="danger" role="alert">
          {rawErrors.join(' ')}
        </Text>
      )}
      <div>
        <Button
          variant="secondary"
          onPress={() => onChange([...targets, newTarget(targets, name)])}
        >
          {t('targets.add')}
        </Button>
      </div>
    </Flex>
  );
};

/** Fields that are there, be they empty. */
function withoutGaps(target: Partial<Target> | undefined): Partial<Target> {
  return Object.fromEntries(
    Object.entries(target ?? {}).filter(([, value]) => value !== undefined),
  );
}

function newTarget(existing: Target[], name: string): Target {
  const free = environments.find(
    environment => !existing.some(other => other.environment === environment),
  );
  return { environment: free ?? '', clusterArn: '', namespace: name };
}

const TargetCard = (props: {
  target: Target;
  exposure?: Exposure;
  routing?: RoutingChoice;
  compute?: ComputeChoice;
  onChange(change: Partial<Target>): void;
  onRemove?: () => void;
}) => {
  const { target, exposure, routing, compute, onChange, onRemove } = props;
  const { t } = useTranslationRef(eksFormTranslationRef);
  const eks = useApi(eksApiRef);
  const namespaceProblem = target.namespace
    ? validateNamespace(target.namespace)
    : undefined;
  const namespace = namespaceProblem ? undefined : target.namespace;
  const answer = useAnswer(
    JSON.stringify([namespace, exposure, routing, compute]),
    signal =>
      eks.listClusters({ namespace, exposure, routing, compute }, { signal }),
    300,
  );

  return (
    <div
      className={styles.target}
      role="group"
      aria-label={target.environment || t('targets.environment')}
    >
      <Flex direction="column" gap="3">
        <Flex align="end" justify="between">
          <TextField
            label={t('targets.environment')}
            value={target.environment}
            onChange={environment => onChange({ environment })}
            isRequired
          />
          {onRemove && (
            <Button variant="tertiary" onPress={onRemove}>
              {t('targets.remove', { environment: target.environment })}
            </Button>
          )}
        </Flex>
        <TextField
          label={t('targets.namespace')}
          description={t('targets.namespaceHelp')}
          value={target.namespace}
          onChange={value => onChange({ namespace: value })}
          isInvalid={Boolean(namespaceProblem)}
          isRequired
        />
        {namespaceProblem && (
          <Text color="danger" role="alert">
            {namespaceProblem}
          </Text>
        )}
        {answer.error && (
          <Alert
            status="danger"
            icon
            title={t('targets.failed', { reason: answer.error.message })}
          />
        )}
        {answer.loading && (
          <div role="status" aria-label={t('targets.loading')}>
            <Skeleton height={64} />
          </div>
        )}
        {answer.value?.failures.map(failure => (
          <Alert
            key={`${failure.accountId} ${failure.region}`}
            status="warning"
            icon
            title={t('targets.hidden', {
              account: failure.accountId,
              region: failure.region,
              reason: failure.message,
            })}
          />
        ))}
        {answer.value?.items.length === 0 && (
          <Alert status="info" icon title={t('targets.none')} />
        )}
        {answer.value && answer.value.items.length > 0 && (
          <ClusterChoice
            clusters={answer.value.items}
            value={target.clusterArn}
            onChange={clusterArn => onChange({ clusterArn })}
          />
        )}
      </Flex>
    </div>
  );
};
