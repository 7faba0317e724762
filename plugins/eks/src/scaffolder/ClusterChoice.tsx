import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { Flex, Radio, RadioGroup, Text } from '@backstage/ui';
import type { ClusterSummary } from '@slipway/backstage-plugin-eks-common';
import styles from './fields.module.css';
import { eksFormTranslationRef } from './translation';

/**
 * One card for each cluster, with its facts. A cluster on which the service
 * cannot work stays visible, cannot be chosen, and says why.
 */
export const ClusterChoice = (props: {
  clusters: ClusterSummary[];
  value: string;
  onChange(clusterArn: string): void;
}) => {
  const { t } = useTranslationRef(eksFormTranslationRef);
  const usableFirst = [...props.clusters].sort(
    (a, b) =>
      Number(a.problems.length > 0) - Number(b.problems.length > 0) ||
      a.name.localeCompare(b.name),
  );
  return (
    <RadioGroup
      label={t('targets.cluster')}
      value={props.value}
      onChange={props.onChange}
      isRequired
    >
      {usableFirst.map(cluster => (
        <Radio
          key={cluster.arn}
          value={cluster.arn}
          isDisabled={cluster.problems.length > 0}
          className={styles.card}
        >
          <ClusterFacts cluster={cluster} />
        </Radio>
      ))}
    </RadioGroup>
  );
};

const ClusterFacts = ({ cluster }: { cluster: ClusterSummary }) => {
  const { t } = useTranslationRef(eksFormTranslationRef);
  const usable = cluster.problems.length === 0;
  const place = [
    cluster.region,
    t('targets.account', { account: cluster.accountId }),
    `EKS ${cluster.version}`,
  ];
  const selectors = cluster.fargateProfiles
    .flatMap(profile => profile.selectors)
    .map(selector => selector.namespace ?? '*')
    .join(', ');
  const facts = cluster.reachable
    ? [
        ...cluster.computeKinds.map(kind =>
          kind === 'fargate'
            ? t('targets.compute.fargate', { selectors })
            : t(`targets.compute.${kind}`),
        ),
        t(`targets.loadBalancer.${cluster.loadBalancer.kind}`),
        ...(cluster.loadBalancer.gatewayClasses?.length
          ? [t('targets.gateway')]
          : []),
        ...(cluster.argoCd === 'served' ? [t('targets.argoCd')] : []),
        t(`targets.metrics.${cluster.metrics}`),
        t(`targets.insights.${cluster.containerInsights}`),
      ]
    : [];
  return (
    <Flex direction="column" gap="1">
      <span>
        <Text weight="bold">{cluster.name}</Text>{' '}
        <span className={`${styles.pill} ${usable ? styles.good : styles.bad}`}>
          {t(usable ? 'targets.usable' : 'targets.unusable')}
        </span>{' '}
        <Text color="secondary">{place.join(' · ')}</Text>
      </span>
      {facts.length > 0 && <Text color="secondary">{facts.join(' · ')}</Text>}
      {cluster.problems.map(problem => (
        <Text key={problem}>{problem}</Text>
      ))}
    </Flex>
  );
};
