import type { RuntimeState } from '../hooks/useRuntime';
import { Pill, type Tone } from './Pill';
import styles from './runtime.module.css';
import { useWords } from './useWords';

const TONES: Record<RuntimeState['following'], Tone> = {
  connecting: 'neutral',
  live: 'good',
  polling: 'good',
  lost: 'warning',
  ended: 'warning',
};

/** Whether what is shown is true now, or since when it may not be. */
export const Live = ({
  following,
  updatedAt,
  ended,
  slow,
  withoutBackend,
}: Pick<
  RuntimeState,
  'following' | 'updatedAt' | 'ended' | 'slow' | 'withoutBackend'
>) => {
  const { t } = useWords();
  const time = updatedAt?.toLocaleTimeString();
  const detail = () => {
    if (ended) {
      return t(`live.endedBecause.${ended}`);
    }
    if ((following === 'lost' || following === 'ended') && time) {
      return t('live.since', { time });
    }
    if (withoutBackend && time) {
      return t('live.withoutBackend', { time });
    }
    if (slow) {
      return t('live.slow');
    }
    return following === 'polling' && time
      ? t('live.updated', { time })
      : t('live.asItHappens');
  };
  // Times change all the time: only a change of state is announced.
  return (
    <div className={styles.row}>
      <span role="status">
        <Pill tone={TONES[following]}>{t(`live.${following}`)}</Pill>
      </span>
      <span className={styles.secondary}>{detail()}</span>
    </div>
  );
};
