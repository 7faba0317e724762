import type { Entity } from '@backstage/catalog-model';
import { Alert, Card, CardBody, Skeleton, Text } from '@backstage/ui';
import {
  KUBERNETES_ID_ANNOTATION,
  KUBERNETES_LABEL_SELECTOR_ANNOTATION,
  type LinkTemplates,
} from '@slipway/backstage-plugin-eks-common';
import { useChosenPod } from '../hooks/useChosenPod';
import { useChosenWorkload } from '../hooks/useChosenWorkload';
import type { RuntimeState } from '../hooks/useRuntime';
import {
  linksOf,
  pipelineLink,
  podLogsLink,
} from '@slipway/backstage-plugin-eks-common/runtime';
import type { Runtime } from '@slipway/backstage-plugin-eks-common/runtime';
import { ClusterSection } from './ClusterSection';
import { ExternalLink } from './ExternalLink';
import { Live } from './Live';
import styles from './runtime.module.css';
import { OnCall } from './OnCall';
import { PodDialog } from './PodDialog';
import { SentenceCard } from './SentenceCard';
import { useWords } from './useWords';

/** What an entity has running, in whatever state the reading of it is. */
export const RuntimeView = ({
  entity,
  state,
  templates,
}: {
  entity: Entity;
  state: RuntimeState;
  templates: LinkTemplates;
}) => {
  const { t } = useWords();
  const { runtime, updatedAt, error, slow } = state;
  const chosen = useChosenPod(runtime?.clusters ?? []);
  const { missingFrom } = useChosenWorkload();
  if (!runtime || !updatedAt) {
    return error ? (
      <Failure error={error} isFinal={state.following === 'ended'} />
    ) : (
      <Loading slow={slow} />
    );
  }
  const { trouble } = runtime.summary;
  const pipeline = pipelineLink(entity);
  const missing = missingFrom(runtime.clusters);
  return (
    <OnCall entity={entity} abilities={state.abilities}>
      <div className={styles.page}>
        <div className={styles.end}>
          <Live {...state} />
        </div>
        <SentenceCard
          summary={runtime.summary}
          troubleLink={
            trouble && podLogsLink(trouble, runtime.clusters, templates)
          }
        />
        {missing && (
          <Alert
            status="info"
            icon
            title={t('workloads.gone', { name: missing })}
          />
        )}
        {runtime.summary.stage === 'nothing-deployed' && (
          <NothingDeployed
            entity={entity}
            runtime={runtime}
            pipeline={pipeline}
          />
        )}
        {chosen.id && (
          <PodDialog
            key={chosen.id}
            entity={entity}
            id={chosen.id}
            pod={chosen.pod}
            clusterTitle={
              runtime.clusters.find(({ name }) => name === chosen.pod?.cluster)
                ?.title ?? ''
            }
            abilities={state.abilities}
            onClose={chosen.close}
          />
        )}
        {runtime.clusters.map(cluster => (
          <ClusterSection
            key={cluster.name}
            cluster={cluster}
            saidAlready={runtime.summary.explanation}
            now={updatedAt}
            places={linksOf(cluster, entity, templates)}
            pipeline={pipeline}
          />
        ))}
      </div>
    </OnCall>
  );
};

const Loading = ({ slow }: { slow: boolean }) => {
  const { t } = useWords();
  return (
    <div className={styles.page} aria-busy="true">
      <span role="status">
        {t('loading.label')} {slow && `${t('live.slow')}.`}
      </span>
      <Skeleton width="100%" height={72} />
      <Skeleton width="100%" height={110} />
      <Skeleton width="100%" height={220} />
    </div>
  );
};

const Failure = ({
  error,
  isFinal,
}: {
  error: Error;
  /** Whether it is not tried again. */
  isFinal: boolean;
}) => {
  const { t } = useWords();
  const denied = isForbidden(error);
  return (
    <Alert
      status="danger"
      icon
      title={t('error.title')}
      description={
        <>
          {denied
            ? t('error.denied')
            : t('error.backend', { message: error.message })}{' '}
          {!isFinal && t('error.next')}
        </>
      }
    />
  );
};

/** The official client tells a refused request by the message alone. */
const isForbidden = ({ message }: Error) =>
  message.startsWith('Request failed with 403');

const NothingDeployed = ({
  entity,
  runtime,
  pipeline,
}: {
  entity: Entity;
  runtime: Runtime;
  pipeline: string | undefined;
}) => {
  const { t } = useWords();
  const annotations = entity.metadata.annotations ?? {};
  const selector =
    annotations[KUBERNETES_LABEL_SELECTOR_ANNOTATION] ??
    `${KUBERNETES_ID_ANNOTATION}=${
      annotations[KUBERNETES_ID_ANNOTATION] ?? entity.metadata.name
    }`;
  return (
    <Card>
      <CardBody>
        <div className={styles.stack}>
          <Text as="p">{t('empty.next')}</Text>
          {runtime.clusters.length === 0 && (
            <Text as="p" className={styles.muted}>
              {t('empty.notFound', { selector })}
            </Text>
          )}
          {pipeline && (
            <ExternalLink href={pipeline}>{t('links.pipeline')}</ExternalLink>
          )}
        </div>
      </CardBody>
    </Card>
  );
};
