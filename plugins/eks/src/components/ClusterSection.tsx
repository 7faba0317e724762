import { Card, CardBody, CardHeader, Text } from '@backstage/ui';
import { useId } from 'react';
import type { ClusterRuntime } from '@slipway/backstage-plugin-eks-common/runtime';
import type { LookFurther as Place } from '@slipway/backstage-plugin-eks-common/runtime';
import { AutoscalerView } from './AutoscalerView';
import { LookFurther } from './LookFurther';
import { Pill } from './Pill';
import { PodsTable } from './PodsTable';
import { Problems } from './Problems';
import { RequestPathView } from './RequestPathView';
import styles from './runtime.module.css';
import { useWords } from './useWords';
import { WorkloadsTable } from './WorkloadsTable';

/** One cluster: the way to the pods, the autoscaler, the pods, and further. */
export const ClusterSection = ({
  cluster,
  now,
  places,
  pipeline,
}: {
  cluster: ClusterRuntime;
  now: Date;
  places: Place[];
  pipeline: string | undefined;
}) => {
  const { t } = useWords();
  const headingId = useId();
  const { state, problems, requestPaths, autoscalers, workloads, pods } =
    cluster;
  const deployed = workloads.length + pods.length > 0;

  return (
    <section className={styles.cluster} aria-labelledby={headingId}>
      <Card className={state === 'unreadable' ? styles.refused : undefined}>
        <CardHeader>
          <ClusterHeading cluster={cluster} id={headingId} />
        </CardHeader>
        <CardBody>
          <div className={styles.stack}>
            <Problems problems={problems} />
            {state !== 'unreadable' && !deployed && (
              <Text as="p" color="secondary">
                {t('cluster.nothingHere')}
              </Text>
            )}
            {requestPaths.map(path => (
              <RequestPathView key={path.id} path={path} />
            ))}
            {!deployed && <LookFurther places={places} />}
          </div>
        </CardBody>
      </Card>

      {deployed && (
        <>
          <div className={styles.halves}>
            {autoscalers.map(autoscaler => (
              <AutoscalerView
                key={autoscaler.id}
                autoscaler={autoscaler}
                now={now}
              />
            ))}
            {workloads.length > 0 && <WorkloadsTable workloads={workloads} />}
          </div>
          {autoscalers.length === 0 && (
            <Text as="p" variant="body-small" color="secondary">
              {t('autoscaler.none')}
            </Text>
          )}
          <PodsTable
            pods={pods}
            metricsProblem={cluster.metricsProblem}
            now={now}
          />
          <LookFurther places={places} pipeline={pipeline} />
        </>
      )}
    </section>
  );
};

const ClusterHeading = ({
  cluster,
  id,
}: {
  cluster: ClusterRuntime;
  id: string;
}) => {
  const { t } = useWords();
  const { place, namespaces, state, title } = cluster;
  const details = [
    place?.region,
    place && t('cluster.account', { account: place.accountId }),
    namespaces.length > 0 &&
      t('cluster.namespace', {
        count: namespaces.length,
        namespaces: namespaces.join(', '),
      }),
  ].filter(Boolean);
  return (
    <div className={styles.row}>
      <Text as="h3" variant="body-large" weight="bold" id={id}>
        {title}
      </Text>
      <span className={styles.secondary}>{details.join(' · ')}</span>
      {state === 'unreadable' && (
        <Pill tone="bad">{t('cluster.unreadable')}</Pill>
      )}
      {state === 'partial' && (
        <Pill tone="warning">{t('cluster.partial')}</Pill>
      )}
    </div>
  );
};
