import { Card, CardBody, CardHeader, Text } from '@backstage/ui';
import { useId } from 'react';
import type {
  ClusterRuntime,
  Explanation,
} from '@slipway/backstage-plugin-eks-common/runtime';
import type { LookFurther as Place } from '@slipway/backstage-plugin-eks-common/runtime';
import { AutoscalerView } from './AutoscalerView';
import { ConnectionLine, ConnectionPill } from './ConnectionLine';
import { Explained } from './Explained';
import { hasLastHour, LastHour } from './LastHour';
import { LookFurther } from './LookFurther';
import { Pill } from './Pill';
import { NodesTable } from './NodesTable';
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
  saidAlready,
}: {
  cluster: ClusterRuntime;
  /** What the sentence on top explains. */
  saidAlready: Explanation | undefined;
  now: Date;
  places: Place[];
  pipeline: string | undefined;
}) => {
  const { t } = useWords();
  const headingId = useId();
  const { state, problems, requestPaths, autoscalers, workloads, pods } =
    cluster;
  const {
    connection,
    explanations = [],
    facts,
    history,
    images,
    nodes,
  } = cluster;
  const deployed = workloads.length + pods.length > 0;

  return (
    <section className={styles.cluster} aria-labelledby={headingId}>
      <Card className={state === 'unreadable' ? styles.refused : undefined}>
        <CardHeader>
          <ClusterHeading cluster={cluster} id={headingId} />
        </CardHeader>
        <CardBody>
          <div className={styles.stack}>
            {connection?.message || connection?.cause ? (
              <ConnectionLine connection={connection} />
            ) : (
              <Problems problems={problems} />
            )}
            {cluster.gaps && (
              <Text as="p" className={styles.muted}>
                {t('cluster.gaps', {
                  kinds: cluster.gaps
                    .map(({ path }) => path ?? t('problem.anything'))
                    .join(', '),
                })}
              </Text>
            )}
            {state === 'unreadable' && deployed && (
              <Text as="p">
                {t('cluster.lastSeen', {
                  ready: `${pods.filter(pod => pod.state === 'ready').length}`,
                  total: `${pods.length}`,
                })}
              </Text>
            )}
            {explanations
              .filter(
                one => one.severity !== 'info' && one.id !== saidAlready?.id,
              )
              .map(one => (
                <Explained key={one.id} explanation={one} />
              ))}
            {facts?.addons
              .filter(({ issues }) => issues.length > 0)
              .map(({ name, issues }) => (
                <Text as="p" key={name}>
                  {t('cluster.addon', { name, issues: issues.join('; ') })}
                </Text>
              ))}
            {state !== 'unreadable' && !deployed && (
              <Text as="p" className={styles.muted}>
                {t('cluster.nothingHere')}
              </Text>
            )}
            {requestPaths.map(path => (
              <RequestPathView key={path.id} path={path} />
            ))}
            {!deployed && (
              <LookFurther cluster={cluster.title} places={places} />
            )}
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
            {workloads.length > 0 && (
              <WorkloadsTable
                cluster={cluster}
                workloads={workloads}
                autoscalers={autoscalers}
              />
            )}
            {hasLastHour(history) && <LastHour history={history} now={now} />}
          </div>
          {autoscalers.length === 0 && (
            <Text as="p" variant="body-small" className={styles.muted}>
              {t('autoscaler.none')}
            </Text>
          )}
          <PodsTable
            pods={pods}
            images={images}
            nodes={nodes}
            metricsProblem={cluster.metricsProblem}
            now={now}
          />
          {nodes && nodes.length > 0 && (
            <NodesTable nodes={nodes} pods={pods} />
          )}
          <LookFurther
            cluster={cluster.title}
            places={places}
            pipeline={pipeline}
          />
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
  const { connection, facts, place, namespaces, state, title } = cluster;
  const details = [
    place?.region,
    place && t('cluster.account', { account: place.accountId }),
    namespaces.length > 0 &&
      t('cluster.namespace', {
        count: namespaces.length,
        namespaces: namespaces.join(', '),
      }),
    facts?.version && t('cluster.version', { version: facts.version }),
    facts?.supportEndsAt &&
      t('cluster.supportEnds', { date: facts.supportEndsAt.slice(0, 10) }),
    facts &&
      facts.computeKinds.map(kind => t(`cluster.compute.${kind}`)).join(', '),
  ].filter(Boolean);
  return (
    <div className={styles.row}>
      <Text as="h3" variant="body-large" weight="bold" id={id}>
        {title}
      </Text>
      <span className={styles.secondary}>{details.join(' · ')}</span>
      {connection && connection.state !== 'live' && (
        <ConnectionPill connection={connection} />
      )}
      {!connection && state === 'unreadable' && (
        <Pill tone="bad">{t('cluster.unreadable')}</Pill>
      )}
      {state === 'partial' && connection?.state !== 'stale' && (
        <Pill tone="warning">{t('cluster.partial')}</Pill>
      )}
    </div>
  );
};
