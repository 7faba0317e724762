import {
  Card,
  CardBody,
  CardHeader,
  Cell,
  CellText,
  SearchField,
  Table,
  Text,
  useTable,
  type ColumnConfig,
  type SortDescriptor,
} from '@backstage/ui';
import { useMemo } from 'react';
import { Link } from 'react-router-dom';
import { linkToPod } from '../hooks/useChosenPod';
import type {
  Image as ImageFacts,
  Pod,
  PodState,
  Problem,
  Usage,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  formatBytes,
  formatCores,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { Bar } from './Bar';
import { Pill, type Tone } from './Pill';
import styles from './runtime.module.css';
import { shortCommit, shortDigest, useWords } from './useWords';

const PAGE_SIZE = 20;
/** Fewer than these are seen at a glance. */
const SEARCH_FROM = 6;

const TONES: Record<PodState, Tone> = {
  ready: 'good',
  'not-ready': 'warning',
  starting: 'warning',
  pending: 'warning',
  'crash-loop': 'bad',
  'image-error': 'bad',
  'config-error': 'bad',
  draining: 'neutral',
  completed: 'neutral',
  failed: 'bad',
  unknown: 'neutral',
};

/** The pods of a cluster; those that need a look come first. */
export const PodsTable = ({
  pods,
  images,
  metricsProblem,
  now,
}: {
  pods: Pod[];
  /** What ECR says of the images that they run. */
  images: ImageFacts[] | undefined;
  metricsProblem: Problem | undefined;
  now: Date;
}) => {
  const { t } = useWords();
  const columns = useColumns(now, images);
  const { tableProps, search } = useTable<Pod>({
    mode: 'complete',
    data: pods,
    paginationOptions: {
      type: pods.length > PAGE_SIZE ? 'page' : 'none',
      pageSize: PAGE_SIZE,
    },
    sortFn: sortPods,
    searchFn: searchPods,
  });

  return (
    <Card>
      <CardHeader>
        <div className={styles.spread}>
          <Text as="h4" variant="body-medium" weight="bold">
            {t('pods.title')}{' '}
            <span className={styles.secondary}>{pods.length}</span>
          </Text>
          {pods.length >= SEARCH_FROM && (
            <SearchField
              className={styles.search}
              aria-label={t('pods.search')}
              placeholder={t('pods.search')}
              size="small"
              {...search}
            />
          )}
        </div>
      </CardHeader>
      <CardBody>
        <div className={styles.scroll}>
          <Table
            {...tableProps}
            className={styles.wide}
            columnConfig={columns}
            emptyState={t('pods.noMatch')}
          />
        </div>
        {metricsProblem && <NoFigures problem={metricsProblem} />}
      </CardBody>
    </Card>
  );
};

function useColumns(now: Date, images: ImageFacts[] = []): ColumnConfig<Pod>[] {
  const { t, age } = useWords();
  const byDigest = new Map(images.map(image => [image.digest, image]));
  return [
    {
      id: 'name',
      label: t('pods.name'),
      isRowHeader: true,
      isSortable: true,
      cell: pod => (
        <Cell>
          <Link to={linkToPod(pod)} className={styles.podLink}>
            {pod.name}
          </Link>
        </Cell>
      ),
    },
    {
      id: 'state',
      label: t('pods.state'),
      isSortable: true,
      cell: pod => (
        <Cell>
          <State pod={pod} now={now} />
        </Cell>
      ),
    },
    {
      id: 'ready',
      label: t('pods.ready'),
      cell: pod => (
        <CellText title={`${pod.containersReady}/${pod.containers}`} />
      ),
    },
    {
      id: 'restarts',
      label: t('pods.restarts'),
      isSortable: true,
      cell: pod => (
        <Cell>
          {pod.restarts}
          {pod.restarts > 0 && <Ending pod={pod} now={now} />}
        </Cell>
      ),
    },
    {
      id: 'cpu',
      label: t('pods.cpu'),
      isSortable: true,
      cell: pod => (
        <Cell>
          <UsageBar name={t('pods.cpu')} usage={pod.cpu} format={formatCores} />
        </Cell>
      ),
    },
    {
      id: 'memory',
      label: t('pods.memory'),
      isSortable: true,
      cell: pod => (
        <Cell>
          <UsageBar
            name={t('pods.memory')}
            usage={pod.memory}
            format={formatBytes}
          />
        </Cell>
      ),
    },
    {
      id: 'runsOn',
      label: t('pods.runsOn'),
      cell: pod => (
        <Cell>
          <span className={styles.secondary} title={pod.runsOn?.name}>
            {placeOf(pod) ?? t('pods.notScheduled')}
          </span>
        </Cell>
      ),
    },
    {
      id: 'image',
      label: t('pods.image'),
      cell: pod => (
        <Cell>
          <Image pod={pod} facts={byDigest.get(pod.release.digest ?? '')} />
        </Cell>
      ),
    },
    {
      id: 'age',
      label: t('pods.age'),
      isSortable: true,
      cell: pod => <CellText title={age(pod.createdAt, now) ?? '–'} />,
    },
  ];
}

const State = ({ pod, now }: { pod: Pod; now: Date }) => {
  const { t, duration } = useWords();
  const left = pod.killedAt
    ? new Date(pod.killedAt).getTime() - now.getTime()
    : 0;
  // The state says it already, or Kubernetes' word adds to it.
  const detail =
    pod.state === 'draining'
      ? left > 0 && t('pods.killedIn', { age: duration(left) })
      : pod.reason;
  return (
    <div title={pod.message}>
      <Pill tone={TONES[pod.state]}>{t(`podState.${pod.state}`)}</Pill>
      {detail && <div className={styles.secondary}>{detail}</div>}
    </div>
  );
};

const Ending = ({ pod, now }: { pod: Pod; now: Date }) => {
  const { t, ending, age } = useWords();
  const { lastTermination } = pod;
  if (!lastTermination) {
    return null;
  }
  const text = ending(lastTermination);
  const since = age(lastTermination.finishedAt, now);
  return (
    <div className={styles.secondary} title={lastTermination.message}>
      {since ? t('pods.ended', { ending: text, age: since }) : text}
    </div>
  );
};

const UsageBar = ({
  name,
  usage,
  format,
}: {
  name: string;
  usage: Usage | undefined;
  format: (amount: number) => string;
}) => {
  const { t } = useWords();
  if (!usage) {
    return <span className={styles.secondary}>{t('pods.noFigures')}</span>;
  }
  const { used, request, limit } = usage;
  const text =
    request === undefined
      ? t('pods.usageNoRequest', { used: format(used) })
      : t('pods.usage', { used: format(used), request: format(request) });
  const all =
    limit === undefined
      ? text
      : `${text}, ${t('pods.limit', { limit: format(limit) })}`;
  return (
    <>
      <Bar amount={used} mark={request} label={`${name}: ${all}`} />
      <div className={styles.secondary}>{format(used)}</div>
    </>
  );
};

const Image = ({ pod, facts }: { pod: Pod; facts: ImageFacts | undefined }) => {
  const { digest } = pod.release;
  const commit = pod.release.commit ?? facts?.commit;
  // A tag that is the commit says nothing more.
  const version =
    pod.release.version ??
    facts?.tags.find(tag => !commit?.startsWith(tag)) ??
    (commit ? undefined : '–');
  return (
    <div className={styles.mono} title={pod.image}>
      {[version, commit && shortCommit(commit)].filter(Boolean).join(' · ')}{' '}
      {facts && <Findings facts={facts} />}
      {digest && (
        <div className={styles.secondary} title={digest}>
          {shortDigest(digest)}
        </div>
      )}
    </div>
  );
};

/** What the scanner found, the worst first; unknown is not none. */
const Findings = ({ facts }: { facts: ImageFacts }) => {
  const { t } = useWords();
  const { findings, scan } = facts;
  if (!findings) {
    return scan === 'none' || scan === 'unknown' ? null : (
      <Pill tone="neutral">{t(`scan.${scan}`)}</Pill>
    );
  }
  const { critical, high, medium, low } = findings;
  if (critical > 0) {
    return <Pill tone="bad">{t('scan.critical', { n: `${critical}` })}</Pill>;
  }
  if (high > 0) {
    return <Pill tone="warning">{t('scan.high', { n: `${high}` })}</Pill>;
  }
  return (
    <Pill tone="neutral">
      {medium + low > 0
        ? t('scan.lower', { n: `${medium + low}` })
        : t('scan.clean')}
    </Pill>
  );
};

const NoFigures = ({ problem }: { problem: Problem }) => {
  const { t } = useWords();
  const why = useMemo(() => {
    switch (problem.code) {
      case 'unauthorized':
      case 'forbidden':
        return t('pods.figuresForbidden');
      case 'not-found':
        return t('pods.figuresMissing');
      default:
        return t('pods.figuresOther');
    }
  }, [problem.code, t]);
  return (
    <Text as="p" variant="body-small" color="secondary">
      {t('pods.noFiguresWhy', { why })}
    </Text>
  );
};

/** Where a pod runs; of a node's host name its first part tells enough. */
function placeOf({ runsOn }: Pod): string | undefined {
  return runsOn?.kind === 'fargate'
    ? `Fargate (${runsOn.name})`
    : runsOn?.name.split('.')[0];
}

function sortPods(pods: Pod[], { column, direction }: SortDescriptor): Pod[] {
  const key = (pod: Pod): string | number => {
    switch (column) {
      case 'restarts':
        return pod.restarts;
      case 'cpu':
        return pod.cpu?.used ?? -1;
      case 'memory':
        return pod.memory?.used ?? -1;
      case 'state':
        return pod.state;
      case 'age':
        // The youngest has the latest time.
        return pod.createdAt ? -new Date(pod.createdAt).getTime() : 0;
      default:
        return pod.name;
    }
  };
  const sign = direction === 'descending' ? -1 : 1;
  return [...pods].sort((one, other) => {
    const [a, b] = [key(one), key(other)];
    return (
      sign *
      (typeof a === 'number' && typeof b === 'number'
        ? a - b
        : `${a}`.localeCompare(`${b}`))
    );
  });
}

function searchPods(pods: Pod[], search: string): Pod[] {
  const words = search.toLocaleLowerCase('en-US').split(/\s+/);
  return pods.filter(pod => {
    const text = [
      pod.name,
      pod.state,
      pod.reason,
      pod.runsOn?.name,
      pod.image,
      pod.release.version,
      pod.release.commit,
      pod.release.digest,
    ]
      .join(' ')
      .toLocaleLowerCase('en-US');
    return words.every(word => text.includes(word));
  });
}
