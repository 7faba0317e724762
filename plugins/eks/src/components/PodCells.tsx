import {
  nodeOf,
  type Image,
  type Node,
  type Pod,
  type PodState,
  type Usage,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { createContext, useContext } from 'react';
import { Bar } from './Bar';
import { Pill, type Tone } from './Pill';
import styles from './runtime.module.css';
import { shortCommit, shortDigest, useWords } from './useWords';

/**
 * What cells need besides their pod.
 */
export interface PodContext {
  now: Date;
  /** What ECR says of the images, by digest. */
  images: Map<string, Image>;
  /** What pods run on, by name. */
  nodes: Map<string, Node>;
}

const Context = createContext<PodContext>({
  now: new Date(0),
  images: new Map(),
  nodes: new Map(),
});

export const PodContextProvider = Context.Provider;

const usePodContext = () => useContext(Context);

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

/** Where the pod is in its life, and why. */
export const PodStateCell = ({ pod }: { pod: Pod }) => {
  const { t, duration } = useWords();
  const { now } = usePodContext();
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

/** How a container of the pod ended the last time. */
export const Ending = ({ pod }: { pod: Pod }) => {
  const { t, ending, age } = useWords();
  const { now } = usePodContext();
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

/** How much of something a pod uses. */
export const UsageBar = ({
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

/** Which build the pod runs, and what was found in it. */
export const PodImage = ({ pod }: { pod: Pod }) => {
  const { images } = usePodContext();
  const { digest } = pod.release;
  const facts = images.get(digest ?? '');
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
const Findings = ({ facts }: { facts: Image }) => {
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

/** How long ago the pod was made. */
export const PodAge = ({ pod }: { pod: Pod }) => {
  const { age } = useWords();
  const { now } = usePodContext();
  return <>{age(pod.createdAt, now) ?? '–'}</>;
};

/** What the pod runs on: of a node's host name its first part tells enough. */
export const RunsOn = ({ pod }: { pod: Pod }) => {
  const { t } = useWords();
  const { runsOn } = pod;
  const node = usePodContext().nodes.get(nodeOf(pod) ?? '');
  if (!runsOn) {
    return <span className={styles.secondary}>{t('pods.notScheduled')}</span>;
  }
  const name =
    runsOn.kind === 'fargate'
      ? `Fargate (${runsOn.name})`
      : runsOn.name.split('.')[0];
  const details = node && [
    node.instanceType,
    node.zone,
    node.capacity && t(`nodes.capacity.${node.capacity}`),
  ];
  return (
    <div className={styles.secondary} title={runsOn.name}>
      <div>{name}</div>
      {details && <div>{details.filter(Boolean).join(', ')}</div>}
    </div>
  );
};
