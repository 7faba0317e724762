import styles from './runtime.module.css';

/**
 * An amount as a bar, with a mark where its target is. Without an amount the
 * bar is hatched: not known is not nothing.
 */
export const Bar = ({
  amount,
  mark,
  label,
}: {
  amount: number | undefined;
  mark: number | undefined;
  /** What the bar says, for those who do not see it. */
  label: string;
}) => {
  const scale = Math.max(amount ?? 0, (mark ?? 0) * 1.4) || 1;
  const percent = (part: number) => `${(100 * part) / scale}%`;
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      className={
        amount === undefined ? `${styles.bar} ${styles.barUnknown}` : styles.bar
      }
    >
      {amount !== undefined && (
        <span
          className={styles.barFill}
          style={{ width: percent(amount) }}
          data-over={mark !== undefined && amount > mark ? true : undefined}
        />
      )}
      {mark !== undefined && (
        <span className={styles.barMark} style={{ left: percent(mark) }} />
      )}
    </span>
  );
};
