import type { Autoscaler } from '@slipway/backstage-plugin-eks-common/runtime';
import styles from './runtime.module.css';
import { useWords } from './useWords';

const LEFT = 30;
const WIDTH = 440;
const Y = 44;

/** Where the number of pods is between its bounds, and where it goes. */
export const AutoscalerPicture = ({
  autoscaler,
}: {
  autoscaler: Autoscaler;
}) => {
  const { t } = useWords();
  const { min, max, current, desired } = autoscaler;
  // A workload may be outside its bounds for a while, such as at 0.
  const amounts = [min, max, current ?? min, desired ?? min];
  const low = Math.min(...amounts);
  const span = Math.max(...amounts) - low || 1;
  const x = (pods: number) => LEFT + (WIDTH * (pods - low)) / span;
  const unknown = t('autoscaler.unknown');
  const wants = desired !== undefined && desired !== current;

  return (
    <svg
      className={styles.picture}
      viewBox="0 0 500 86"
      role="img"
      aria-label={t('autoscaler.picture', {
        min: `${min}`,
        max: `${max}`,
        current: `${current ?? unknown}`,
        desired: `${desired ?? unknown}`,
      })}
    >
      <g strokeWidth="8" strokeLinecap="round">
        <line className={styles.track} x1={x(min)} x2={x(max)} y1={Y} y2={Y} />
        {current !== undefined && current > min && (
          <line
            className={styles.reach}
            x1={x(min)}
            x2={x(current)}
            y1={Y}
            y2={Y}
          />
        )}
      </g>
      <text
        className={styles.pictureText}
        x={x(min)}
        y={Y + 34}
        textAnchor="middle"
      >
        {t('autoscaler.min', { value: `${min}` })}
      </text>
      <text
        className={styles.pictureText}
        x={x(max)}
        y={Y + 34}
        textAnchor="middle"
      >
        {t('autoscaler.max', { value: `${max}` })}
      </text>
      {wants && (
        <>
          <circle
            className={styles.wanted}
            cx={x(desired)}
            cy={Y}
            r="7"
            strokeWidth="2.5"
          />
          <text
            className={styles.pictureStrong}
            x={x(desired)}
            y={Y - 30}
            textAnchor="middle"
          >
            {t('autoscaler.wants', { value: `${desired}` })}
          </text>
        </>
      )}
      {current !== undefined && (
        <>
          <circle className={styles.now} cx={x(current)} cy={Y} r="8" />
          <text
            className={styles.pictureStrong}
            x={x(current)}
            y={Y - 14}
            textAnchor="middle"
          >
            {t('autoscaler.now', { value: `${current}` })}
          </text>
        </>
      )}
    </svg>
  );
};
