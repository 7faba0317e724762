import { type Entity, getCompoundEntityRef } from '@backstage/catalog-model';
import { useApi } from '@backstage/core-plugin-api';
import { toError } from '@backstage/errors';
import {
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Skeleton,
  Tab,
  TabList,
  TabPanel,
  Tabs,
  Text,
} from '@backstage/ui';
import type {
  Ability,
  Pod,
  PodDetails,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { useEffect, useState } from 'react';
import { stringify } from 'yaml';
import { eksApiRef } from '../api/EksApi';
import { linkToPod } from '../hooks/useChosenPod';
import { CopyLink } from './CopyLink';
import { DeletePod } from './DeletePod';
import { Pill } from './Pill';
import { PodLogs } from './PodLogs';
import styles from './runtime.module.css';
import { useWords } from './useWords';

/** A pod from near: containers, conditions, events, logs, and the object. */
export const PodDialog = ({
  entity,
  id,
  pod,
  clusterTitle,
  abilities,
  onClose,
}: {
  entity: Entity;
  /** As the address has it. */
  id: string;
  /** Undefined when it is not there any more. */
  pod: Pod | undefined;
  /** As people call its cluster. */
  clusterTitle: string;
  abilities: Ability[];
  onClose(): void;
}) => {
  const { t } = useWords();
  const name = pod?.name ?? id.split('/').at(-1) ?? id;
  return (
    <Dialog isOpen onOpenChange={open => !open && onClose()} width={900}>
      <DialogHeader>{t('pod.title', { pod: name })}</DialogHeader>
      <DialogBody>
        {pod ? (
          <PodTabs entity={entity} pod={pod} abilities={abilities} />
        ) : (
          <Text as="p">{t('pod.gone')}</Text>
        )}
      </DialogBody>
      {pod && (
        <DialogFooter>
          <CopyLink to={linkToPod(pod)} of={pod.name} />
          <DeletePod pod={pod} clusterTitle={clusterTitle} />
        </DialogFooter>
      )}
    </Dialog>
  );
};

const PodTabs = ({
  entity,
  pod,
  abilities,
}: {
  entity: Entity;
  pod: Pod;
  abilities: Ability[];
}) => {
  const { t } = useWords();
  const { details, error } = usePodDetails(entity, pod);
  const failed = error && (
    <Text as="p" role="alert">
      {t('pod.failed', { message: error.message })}
    </Text>
  );
  const waiting = (
    <div role="status" aria-busy="true" aria-label={t('loading.label')}>
      <Skeleton width="100%" height={240} />
    </div>
  );
  return (
    <Tabs>
      <TabList>
        <Tab id="overview" className={styles.tab}>
          {t('pod.overview')}
        </Tab>
        <Tab id="logs" className={styles.tab}>
          {t('pod.logs')}
        </Tab>
        <Tab id="yaml" className={styles.tab}>
          {t('pod.yaml')}
        </Tab>
      </TabList>
      <TabPanel id="overview">
        {failed}
        <PodFacts pod={pod} />
        {details ? <Overview details={details} /> : !error && waiting}
      </TabPanel>
      <TabPanel id="logs">
        {abilities.includes('logs') ? (
          <PodLogs
            entity={entity}
            pod={pod}
            // Logs can be read although the pod cannot.
            containers={details?.containers ?? []}
          />
        ) : (
          <Text as="p">{t('logs.denied')}</Text>
        )}
      </TabPanel>
      <TabPanel id="yaml">
        {failed}
        {details && (
          <pre
            className={styles.logs}
            // It scrolls, so that it has to be reached with the keyboard.
            // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
            aria-label={t('pod.yaml')}
          >
            {stringify(details.object)}
          </pre>
        )}
      </TabPanel>
    </Tabs>
  );
};

/** In full what the table of pods cuts short, or shows to a mouse alone. */
const PodFacts = ({ pod }: { pod: Pod }) => {
  const { t, ending } = useWords();
  const { lastTermination, message, reason, release, runsOn } = pod;
  const facts: [name: string, value: string | undefined][] = [
    [
      t('pods.state'),
      [t(`podState.${pod.state}`), reason, message].filter(Boolean).join(': '),
    ],
    [
      t('pod.ended'),
      lastTermination &&
        [ending(lastTermination), lastTermination.message]
          .filter(Boolean)
          .join(': '),
    ],
    [t('pods.runsOn'), runsOn?.name],
    [t('pods.image'), pod.image],
    [t('pod.digest'), release.digest],
  ];
  return (
    <dl className={styles.facts}>
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
};

const Overview = ({ details }: { details: PodDetails }) => {
  const { t, age, ending } = useWords();
  const now = new Date();
  const holds = (value: boolean | undefined) => {
    if (value === undefined) {
      return t('pod.unknown');
    }
    return value ? t('pod.holds') : t('pod.holdsNot');
  };
  return (
    <div className={styles.stack}>
      <table className={styles.plainTable}>
        <caption>{t('pod.containers')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('pod.container')}</th>
            <th scope="col">{t('pod.state')}</th>
            <th scope="col">{t('pod.restarts')}</th>
            <th scope="col">{t('pod.ended')}</th>
          </tr>
        </thead>
        <tbody>
          {details.containers.map(container => (
            <tr key={container.name}>
              <th scope="row" className={styles.mono}>
                {container.name}
              </th>
              <td>
                <Pill tone={container.ready ? 'good' : 'warning'}>
                  {t(`pod.containerState.${container.state}`)}
                </Pill>{' '}
                {[container.reason, container.message]
                  .filter(Boolean)
                  .join(': ')}
              </td>
              <td>{container.restarts}</td>
              <td>
                {container.lastTermination
                  ? ending(container.lastTermination)
                  : '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <table className={styles.plainTable}>
        <caption>{t('pod.conditions')}</caption>
        <tbody>
          {details.conditions.map(({ type, holds: value, reason, message }) => (
            <tr key={type}>
              <th scope="row">{type}</th>
              <td>{holds(value)}</td>
              <td>{[reason, message].filter(Boolean).join(': ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <table className={styles.plainTable}>
        <caption>{t('pod.events')}</caption>
        <tbody>
          {details.events.map(event => (
            <tr key={event.id}>
              <th scope="row">
                <Pill tone={event.type === 'warning' ? 'warning' : 'neutral'}>
                  {event.reason ?? event.type}
                </Pill>
              </th>
              <td>{event.message}</td>
              <td>
                {event.count > 1 && t('pod.times', { n: `${event.count}` })}{' '}
                {age(event.lastAt, now)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {details.events.length === 0 && (
        <Text as="p">{details.eventsProblem ?? t('pod.noEvents')}</Text>
      )}
    </div>
  );
};

/** Read again when the pod has changed. */
function usePodDetails(entity: Entity, pod: Pod) {
  const api = useApi(eksApiRef);
  const { cluster, namespace, name, state, restarts, containersReady } = pod;
  const [read, setRead] = useState<{ details?: PodDetails; error?: Error }>({});

  useEffect(() => {
    const stopping = new AbortController();
    const { signal } = stopping;
    api
      .getPod(
        getCompoundEntityRef(entity),
        { cluster, namespace, pod: name },
        { signal },
      )
      .then(
        details => !signal.aborted && setRead({ details }),
        error =>
          !signal.aborted &&
          setRead(now => ({ ...now, error: toError(error) })),
      );
    return () => stopping.abort();
  }, [api, entity, cluster, namespace, name, state, restarts, containersReady]);

  return read;
}
