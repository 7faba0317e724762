import type { RuntimeState } from '../hooks/useRuntime';
import { Pill } from './Pill';
import styles from './runtime.module.css';
import { useWords } from './useWords';

/** Whether what is shown is true now, or since when it may not be. */
export const Live = ({ updatedAt, error, slow }: RuntimeState) => {
  const { t } = useWords();
  const time = updatedAt?.toLocaleTimeString();
  const detail = () => {
    if (error && time) {
      return t('live.since', { time });
    }
    if (slow) {
      return t('live.slow');
    }
    return time && t('live.updated', { time });
  };
  // The time changes every few seconds: only a change of state is announced.
  return (
    <div className={styles.row}>
      <span role="status">
        <Pill tone={error ? 'warning' : 'good'}>
          {error ? t('live.stale') : t('live.label')}
        </Pill>
      </span>
      <span className={styles.secondary}>{detail()}</span>
    </div>
  );
};
