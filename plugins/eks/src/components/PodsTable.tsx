import {
  Card,
  CardBody,
  CardHeader,
  SearchField,
  Select,
  Text,
} from '@backstage/ui';
import { useMemo, useState } from 'react';
import { Link } from 'react-router-dom';
import { linkToPod } from '../hooks/useChosenPod';
import type {
  Image,
  Node,
  Pod,
  PodState,
  Problem,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  formatBytes,
  formatCores,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  Ending,
  PodAge,
  PodContextProvider,
  PodImage,
  PodStateCell,
  RunsOn,
  UsageBar,
} from './PodCells';
import { searchPods, sortPods } from './podOrder';
import styles from './runtime.module.css';
import { VirtualTable, type Sort, type VirtualColumn } from './VirtualTable';
import { useCause } from './useCause';
import { useWords } from './useWords';

/** Fewer than these are seen at a glance. */
const SEARCH_FROM = 6;

const NOTHING: never[] = [];

/** The pods of a cluster; those that need a look come first. */
export const PodsTable = ({
  pods,
  images = NOTHING,
  nodes = NOTHING,
  metricsProblem,
  now,
}: {
  pods: Pod[];
  /** What ECR says of the images that they run. */
  images: Image[] | undefined;
  /** What they run on. */
  nodes: Node[] | undefined;
  metricsProblem: Problem | undefined;
  now: Date;
}) => {
  const { t } = useWords();
  const columns = useColumns();
  const context = useMemo(
    () => ({
      now,
      images: new Map(images.map(image => [image.digest, image])),
      nodes: new Map(nodes.map(node => [node.name, node])),
    }),
    [now, images, nodes],
  );
  const [search, setSearch] = useState('');
  const [state, setState] = useState<PodState | 'all'>('all');
  const [sort, setSort] = useState<Sort>();
  const shown = useMemo(() => {
    const found = searchPods(podsInState(pods, state), search);
    return sort ? sortPods(found, sort) : found;
  }, [pods, state, search, sort]);

  return (
    <Card>
      <CardHeader>
        <div className={styles.spread}>
          <Text as="h4" variant="body-medium" weight="bold">
            {t('pods.title')}{' '}
            <span className={styles.secondary} role="status">
              {shown.length === pods.length
                ? pods.length
                : t('path.endpoints', {
                    ready: `${shown.length}`,
                    total: `${pods.length}`,
                  })}
            </span>
          </Text>
          {pods.length >= SEARCH_FROM && (
            <div className={styles.row}>
              <StateFilter pods={pods} value={state} onChange={setState} />
              <SearchField
                className={styles.search}
                aria-label={t('pods.search')}
                placeholder={t('pods.search')}
                size="small"
                value={search}
                onChange={setSearch}
              />
            </div>
          )}
        </div>
      </CardHeader>
      <CardBody>
        <PodContextProvider value={context}>
          <VirtualTable
            label={t('pods.title')}
            columns={columns}
            rows={shown}
            sort={sort}
            onSort={setSort}
            empty={t('pods.noMatch')}
          />
        </PodContextProvider>
        {metricsProblem && <NoFigures problem={metricsProblem} />}
      </CardBody>
    </Card>
  );
};

const podsInState = (pods: Pod[], state: PodState | 'all') =>
  state === 'all' ? pods : pods.filter(pod => pod.state === state);

/** Chooses pods of one state, of those that there are. */
const StateFilter = ({
  pods,
  value,
  onChange,
}: {
  pods: Pod[];
  value: PodState | 'all';
  onChange: (state: PodState | 'all') => void;
}) => {
  const { t } = useWords();
  const counts = new Map<PodState | 'all', number>([['all', pods.length]]);
  for (const { state } of pods) {
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  // What is chosen stays to be seen when the last such pod has gone.
  if (!counts.has(value)) {
    counts.set(value, 0);
  }
  return (
    <Select
      aria-label={t('pods.filterState')}
      size="small"
      options={[...counts].map(([state, count]) => ({
        value: state,
        label: `${
          state === 'all' ? t('pods.everyState') : t(`podState.${state}`)
        } (${count})`,
      }))}
      value={value}
      onChange={key => {
        const chosen = [...counts.keys()].find(state => state === key);
        onChange(chosen ?? 'all');
      }}
    />
  );
};

function useColumns(): VirtualColumn<Pod>[] {
  const { t } = useWords();
  return useMemo(
    () => [
      {
        id: 'name',
        label: t('pods.name'),
        isSortable: true,
        cell: pod => (
          <Link to={linkToPod(pod)} className={styles.podLink}>
            {pod.name}
          </Link>
        ),
      },
      {
        id: 'state',
        label: t('pods.state'),
        isSortable: true,
        cell: pod => <PodStateCell pod={pod} />,
      },
      {
        id: 'ready',
        label: t('pods.ready'),
        cell: pod => `${pod.containersReady}/${pod.containers}`,
      },
      {
        id: 'restarts',
        label: t('pods.restarts'),
        isSortable: true,
        cell: pod => (
          <>
            {pod.restarts}
            {pod.restarts > 0 && <Ending pod={pod} />}
          </>
        ),
      },
      {
        id: 'cpu',
        label: t('pods.cpu'),
        isSortable: true,
        cell: pod => (
          <UsageBar name={t('pods.cpu')} usage={pod.cpu} format={formatCores} />
        ),
      },
      {
        id: 'memory',
        label: t('pods.memory'),
        isSortable: true,
        cell: pod => (
          <UsageBar
            name={t('pods.memory')}
            usage={pod.memory}
            format={formatBytes}
          />
        ),
      },
      {
        id: 'runsOn',
        label: t('pods.runsOn'),
        cell: pod => <RunsOn pod={pod} />,
      },
      {
        id: 'image',
        label: t('pods.image'),
        cell: pod => <PodImage pod={pod} />,
      },
      {
        id: 'age',
        label: t('pods.age'),
        isSortable: true,
        cell: pod => <PodAge pod={pod} />,
      },
    ],
    [t],
  );
}

const NoFigures = ({ problem }: { problem: Problem }) => {
  const { t } = useWords();
  const wordsOf = useCause();
  const why = () => {
    switch (problem.cause?.code ?? problem.code) {
      case 'unauthorized':
      case 'forbidden':
        return t('pods.figuresForbidden');
      case 'not-found':
        return t('pods.figuresMissing');
      default:
        return (
          (problem.cause && wordsOf(problem.cause)?.why) ??
          t('pods.figuresOther')
        );
    }
  };
  return (
    <Text as="p" variant="body-small" className={styles.muted}>
      {t('pods.noFiguresWhy', { why: why() })}
    </Text>
  );
};
