import {
  Alert,
  Card,
  CardBody,
  CardHeader,
  Cell,
  CellText,
  Link,
  SearchField,
  Skeleton,
  Table,
  Text,
  useTable,
  type ColumnConfig,
  type SortDescriptor,
} from '@backstage/ui';
import type { ReactNode } from 'react';
import type { Service, ServicesState } from '../hooks/useServices';
import { Live } from './Live';
import styles from './runtime.module.css';
import { Sentence } from './Sentence';
import { HealthPill } from './SentenceCard';
import { byUrgency, healthOf } from './serviceOrder';
import { useExplanation } from './useExplanation';
import { useWords } from './useWords';

const PAGE_SIZE = 50;
/** Fewer than these are seen at a glance. */
const SEARCH_FROM = 6;

/** The services of a system or a group, in whatever state their reading is. */
export const ServicesView = ({
  state,
  linkTo,
}: {
  state: ServicesState;
  /** Where a service's own tab is. */
  linkTo: (service: Service) => string;
}) => {
  const { t } = useWords();
  const { services } = state;
  return (
    <Card>
      <CardHeader>
        <div className={styles.spread}>
          <Text as="h2" variant="title-x-small">
            {t('services.title')}{' '}
            {services && (
              <span className={styles.secondary}>{services.length}</span>
            )}
          </Text>
          {services && services.length > 0 && <Live {...state} />}
        </div>
      </CardHeader>
      <CardBody>
        <ServicesText state={state}>
          {known => <ServicesTable services={known} linkTo={linkTo} />}
        </ServicesText>
      </CardBody>
    </Card>
  );
};

/** The services, or why there are none to be seen. */
export const ServicesText = ({
  state: { services, error, slow, following },
  children,
}: {
  state: ServicesState;
  children: (services: Service[]) => ReactNode;
}) => {
  const { t } = useWords();
  if (services?.length === 0) {
    return (
      <Text as="p" className={styles.muted}>
        {t('services.none')}
      </Text>
    );
  }
  const waiting = !services || (following === 'connecting' && !error);
  if (error) {
    const known = services?.some(({ summary }) => summary);
    return (
      <div className={styles.stack}>
        <Alert
          status={known ? 'warning' : 'danger'}
          icon
          title={known ? t('services.older') : t('services.failed')}
          description={`${error.message}. ${t('error.next')}`}
        />
        {services && children(services)}
      </div>
    );
  }
  return waiting ? (
    <div className={styles.stack} aria-busy="true">
      <span role="status" className={styles.secondary}>
        {t('loading.label')} {slow && `${t('live.slow')}.`}
      </span>
      <Skeleton width="100%" height={32} />
      <Skeleton width="100%" height={32} />
      <Skeleton width="100%" height={32} />
    </div>
  ) : (
    <>{children(services)}</>
  );
};

/** The sentence of a service, with what is the matter; or why there is none. */
export const ServiceState = ({ service }: { service: Service }) => {
  const { t } = useWords();
  const explain = useExplanation();
  const { summary, error } = service;
  const explanation = summary?.explanation;
  return (
    <div>
      <HealthPill health={healthOf(service)} />{' '}
      {summary ? (
        <Sentence summary={summary} />
      ) : (
        t('services.notKnown', { why: error ?? t('live.connecting') })
      )}
      {explanation && explanation.severity !== 'info' && (
        <div className={styles.secondary}>{explain(explanation)[0]}</div>
      )}
    </div>
  );
};

const ServicesTable = ({
  services,
  linkTo,
}: {
  services: Service[];
  linkTo: (service: Service) => string;
}) => {
  const { t } = useWords();
  const columns = useColumns(linkTo);
  const { tableProps, search } = useTable<Service>({
    mode: 'complete',
    data: services,
    initialSort: { column: 'state', direction: 'ascending' },
    paginationOptions: {
      type: services.length > PAGE_SIZE ? 'page' : 'none',
      pageSize: PAGE_SIZE,
    },
    sortFn: sortServices,
    searchFn: searchServices,
  });
  return (
    <div className={styles.stack}>
      {services.length >= SEARCH_FROM && (
        <SearchField
          className={styles.search}
          aria-label={t('services.search')}
          placeholder={t('services.search')}
          size="small"
          {...search}
        />
      )}
      <div className={styles.scroll}>
        <Table
          {...tableProps}
          className={styles.wide}
          columnConfig={columns}
          emptyState={t('services.noMatch')}
        />
      </div>
    </div>
  );
};

function useColumns(
  linkTo: (service: Service) => string,
): ColumnConfig<Service>[] {
  const { t, release } = useWords();
  return [
    {
      id: 'name',
      label: t('services.name'),
      isRowHeader: true,
      isSortable: true,
      cell: service => (
        <Cell>
          <Link href={linkTo(service)}>
            {service.entity.metadata.title ?? service.entity.metadata.name}
          </Link>
        </Cell>
      ),
    },
    {
      id: 'state',
      label: t('services.state'),
      isSortable: true,
      width: '4fr',
      cell: service => (
        <Cell>
          <ServiceState service={service} />
        </Cell>
      ),
    },
    {
      id: 'ready',
      label: t('card.ready'),
      isSortable: true,
      cell: ({ summary }) => {
        if (!summary || summary.stage === 'unreadable') {
          return <CellText title={t('autoscaler.unknown')} />;
        }
        const counts = t('path.endpoints', {
          ready: `${summary.ready}`,
          total: `${summary.total}`,
        });
        return (
          <CellText
            title={summary.stage === 'nothing-deployed' ? '–' : counts}
          />
        );
      },
    },
    {
      id: 'release',
      label: t('services.release'),
      cell: ({ summary }) => (
        <CellText
          title={summary?.releases.map(release).filter(Boolean)[0] ?? '–'}
        />
      ),
    },
    {
      id: 'clusters',
      label: t('card.clusters'),
      isSortable: true,
      cell: service => <CellText title={clustersOf(service) || '–'} />,
    },
  ];
}

const clustersOf = ({ summary }: Service): string =>
  summary
    ? [...new Set([...summary.clusters, ...summary.unreadable])].join(', ')
    : '';

function sortServices(
  services: Service[],
  { column, direction }: SortDescriptor,
): Service[] {
  const compare = (one: Service, other: Service): number => {
    switch (column) {
      case 'ready':
        // Those that miss the most pods first.
        return missing(other) - missing(one);
      case 'clusters':
        return clustersOf(one).localeCompare(clustersOf(other));
      case 'name':
        return one.entity.metadata.name.localeCompare(
          other.entity.metadata.name,
        );
      default:
        return byUrgency(one, other);
    }
  };
  const sign = direction === 'descending' ? -1 : 1;
  return [...services].sort((one, other) => sign * compare(one, other));
}

const missing = ({ summary }: Service): number =>
  summary ? summary.total - summary.ready : 0;

function searchServices(services: Service[], search: string): Service[] {
  const words = search.toLocaleLowerCase('en-US').split(/\s+/);
  return services.filter(service => {
    const text = [
      service.entity.metadata.name,
      service.entity.metadata.title,
      healthOf(service),
      clustersOf(service),
      service.summary?.releases[0]?.version,
      service.summary?.releases[0]?.commit,
    ]
      .join(' ')
      .toLocaleLowerCase('en-US');
    return words.every(word => text.includes(word));
  });
}
