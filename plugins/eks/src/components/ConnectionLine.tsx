import { Text } from '@backstage/ui';
import type {
  Connection,
  ConnectionState,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { Pill, type Tone } from './Pill';
import { useCause } from './useCause';
import { useWords } from './useWords';

const TONES: Record<ConnectionState, Tone> = {
  connecting: 'neutral',
  live: 'good',
  stale: 'warning',
  denied: 'bad',
  unreachable: 'bad',
  gone: 'bad',
  viewer: 'neutral',
};

/** Whether what is shown of a cluster is true now. */
export const ConnectionPill = ({ connection }: { connection: Connection }) => {
  const { t } = useWords();
  return (
    <Pill tone={TONES[connection.state]}>
      {t(`connection.${connection.state}`)}
    </Pill>
  );
};

/** Since when it may not be, why, and what to do; nothing while all is well. */
export const ConnectionLine = ({ connection }: { connection: Connection }) => {
  const { t } = useWords();
  const wordsOf = useCause();
  const { state, since, asOf, message, cause } = connection;
  if (state === 'live' || state === 'connecting') {
    return null;
  }
  const time = (iso: string) => new Date(iso).toLocaleTimeString();
  const words = cause && wordsOf(cause);
  return (
    <Text as="p">
      {words ? (
        <>
          {words.why} <strong>{t('cluster.toFix')}</strong> {words.fix}{' '}
        </>
      ) : (
        <>
          {t(`connection.why.${state}`)}{' '}
          {/* In the words of the backend, which are English. */}
          {message && `${t('connection.said', { message })} `}
        </>
      )}
      {t('connection.since', { time: time(since) })}{' '}
      {asOf && t('connection.asOf', { time: time(asOf) })}
    </Text>
  );
};
