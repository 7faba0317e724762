import { useRouteRef } from '@backstage/core-plugin-api';
import {
  entityRouteParams,
  entityRouteRef,
  useEntity,
} from '@backstage/plugin-catalog-react';
import {
  Card,
  CardBody,
  CardFooter,
  CardHeader,
  Link,
  Skeleton,
  Text,
} from '@backstage/ui';
import { useRuntime, type RuntimeState } from '../hooks/useRuntime';
import { Live } from './Live';
import styles from './runtime.module.css';
import { Sentence } from './Sentence';
import { HealthPill } from './SentenceCard';
import { useWords } from './useWords';

/** The card on an entity's overview. */
export const EksCard = () => {
  const { entity } = useEntity();
  const entityPage = useRouteRef(entityRouteRef)(entityRouteParams(entity));
  return <EksCardView state={useRuntime(entity)} tab={`${entityPage}/eks`} />;
};

/** The card in whatever state the reading is; `tab` is where the rest is. */
export const EksCardView = ({
  state,
  tab,
}: {
  state: RuntimeState;
  tab: string;
}) => {
  const { t } = useWords();
  return (
    <Card>
      <CardHeader>
        <div className={styles.spread}>
          <Text as="h2" variant="title-x-small">
            {t('card.title')}
          </Text>
          {state.runtime && <Live {...state} />}
        </div>
      </CardHeader>
      <CardBody>
        <CardText state={state} />
      </CardBody>
      <CardFooter>
        <Link href={tab}>{t('card.more')}</Link>
      </CardFooter>
    </Card>
  );
};

const CardText = ({ state: { runtime, error } }: { state: RuntimeState }) => {
  const { t } = useWords();
  if (!runtime) {
    return error ? (
      <Text as="p">{t('error.backend', { message: error.message })}</Text>
    ) : (
      <div
        className={styles.stack}
        role="status"
        aria-busy="true"
        aria-label={t('loading.label')}
      >
        <Skeleton width="100%" height={20} />
        <Skeleton width="100%" height={48} />
      </div>
    );
  }
  const { summary, clusters } = runtime;
  const restarts = clusters
    .flatMap(({ pods }) => pods)
    .reduce((sum, pod) => sum + pod.restarts, 0);
  const unknown = summary.stage === 'unreadable';
  const figures = [
    [
      t('card.ready'),
      unknown
        ? t('autoscaler.unknown')
        : t('path.endpoints', {
            ready: `${summary.ready}`,
            total: `${summary.total}`,
          }),
    ],
    [t('card.restarts'), unknown ? t('autoscaler.unknown') : `${restarts}`],
    [
      t('card.clusters'),
      t('path.endpoints', {
        ready: `${clusters.length - summary.unreadable.length}`,
        total: `${clusters.length}`,
      }),
    ],
  ];
  return (
    <div className={styles.stack}>
      <div className={styles.row}>
        <HealthPill health={summary.health} />
        <Text as="span">
          <Sentence summary={summary} />
        </Text>
      </div>
      <dl className={styles.figures}>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
};
