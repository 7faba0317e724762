import { Card, CardBody, CardHeader, Text } from '@backstage/ui';
import type { History } from '@slipway/backstage-plugin-eks-common/runtime';
import styles from './runtime.module.css';
import { useWords } from './useWords';

const WIDTH = 480;
const HEIGHT = 140;
const LEFT = 28;
const TOP = 10;
const BOTTOM = 28;

const HOUR_MS = 3_600_000;

/** Two points make a line. */
export const hasLastHour = (history: History | undefined): history is History =>
  (history?.points.length ?? 0) > 1;

/** Pods and CPU of the last hour, and when versions came. */
export const LastHour = ({ history, now }: { history: History; now: Date }) => {
  const { t } = useWords();
  const { points, rollouts } = history;
  const end = now.getTime();
  const begin = Math.max(
    end - HOUR_MS,
    Math.min(...points.map(({ at }) => Date.parse(at))),
  );
  const most = Math.max(1, ...points.flatMap(p => [p.ready, p.desired]));
  const cpus = points.flatMap(({ cpu }) => (cpu === undefined ? [] : [cpu]));
  const mostCpu = Math.max(...cpus, 0.001);
  const x = (time: number) =>
    LEFT + ((time - begin) / Math.max(1, end - begin)) * (WIDTH - LEFT - 4);
  const y = (share: number) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);

  /** As it was until the next point: pods come and go at once. */
  const steps = (of: (point: History['points'][number]) => number) =>
    points
      .map((point, index) => {
        const level = y(of(point) / most);
        const until = points[index + 1]?.at;
        return `${index === 0 ? 'M' : 'L'}${x(Date.parse(point.at))} ${level} H${x(
          until ? Date.parse(until) : end,
        )}`;
      })
      .join(' ');
  const line = points
    .flatMap(({ at, cpu }) =>
      cpu === undefined ? [] : [`${x(Date.parse(at))} ${y(cpu / mostCpu)}`],
    )
    .join(' L');
  const seen = rollouts.filter(({ at }) => Date.parse(at) > begin);
  const ready = points.map(point => point.ready);
  const summary = [
    t('lastHour.pods', {
      from: `${Math.min(...ready)}`,
      to: `${Math.max(...ready)}`,
    }),
    cpus.length > 0 &&
      t('lastHour.cpu', {
        from: cores(Math.min(...cpus)),
        to: cores(Math.max(...cpus)),
      }),
    ...seen.map(({ at, version }) =>
      t('lastHour.rollout', {
        version,
        time: new Date(at).toLocaleTimeString(),
      }),
    ),
  ]
    .filter(Boolean)
    .join(' ');

  return (
    <Card>
      <CardHeader>
        <Text as="h4" variant="body-medium" weight="bold">
          {t('lastHour.title')}
        </Text>
      </CardHeader>
      <CardBody>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          role="img"
          aria-label={summary}
          className={styles.plot}
        >
          {[0, most].map(count => (
            <g key={count}>
              <line
                x1={LEFT}
                x2={WIDTH}
                y1={y(count / most)}
                y2={y(count / most)}
                className={styles.gridLine}
              />
              <text x={LEFT - 6} y={y(count / most) + 4} textAnchor="end">
                {count}
              </text>
            </g>
          ))}
          {seen.map(({ at, version }) => (
            <g key={`${at} ${version}`}>
              <line
                x1={x(Date.parse(at))}
                x2={x(Date.parse(at))}
                y1={TOP}
                y2={HEIGHT - BOTTOM}
                className={styles.rolloutLine}
              />
              <text
                x={x(Date.parse(at))}
                y={HEIGHT - BOTTOM + 16}
                textAnchor="middle"
              >
                {version}
              </text>
            </g>
          ))}
          <path
            d={steps(point => point.desired)}
            className={styles.desiredLine}
          />
          <path d={steps(point => point.ready)} className={styles.readyLine} />
          {line && <path d={`M${line}`} className={styles.cpuLine} />}
        </svg>
        <ul className={styles.legend} aria-hidden="true">
          <li className={styles.readyKey}>{t('lastHour.ready')}</li>
          <li className={styles.desiredKey}>{t('lastHour.desired')}</li>
          {cpus.length > 0 && (
            <li className={styles.cpuKey}>
              {t('lastHour.cpuUpTo', { most: cores(Math.max(...cpus)) })}
            </li>
          )}
        </ul>
      </CardBody>
    </Card>
  );
};

const cores = (amount: number) =>
  amount < 1 ? `${Math.round(amount * 1000)}m` : amount.toFixed(1);
