import { Card, CardBody, CardHeader, Text } from '@backstage/ui';
import type {
  Autoscaler,
  AutoscalerNote,
  Metric,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { AutoscalerPicture } from './AutoscalerPicture';
import { Bar } from './Bar';
import styles from './runtime.module.css';
import { useWords } from './useWords';

/** An autoscaler: its bounds, its metrics, and what it is about to do. */
export const AutoscalerView = ({
  autoscaler,
  now,
}: {
  autoscaler: Autoscaler;
  now: Date;
}) => {
  const { t, age } = useWords();
  const lastScaled = age(autoscaler.lastScaledAt, now);
  return (
    <Card>
      <CardHeader>
        <div className={styles.row}>
          <Text as="h4" variant="body-medium" weight="bold">
            {t('autoscaler.title')}
          </Text>
          <span className={styles.secondary}>
            {t('autoscaler.keeps', {
              min: `${autoscaler.min}`,
              max: `${autoscaler.max}`,
              target: autoscaler.target.name,
            })}
          </span>
        </div>
      </CardHeader>
      <CardBody>
        <div className={styles.stack}>
          <AutoscalerPicture autoscaler={autoscaler} />
          <Metrics metrics={autoscaler.metrics} />
          <ul className={styles.notes}>
            {autoscaler.notes.map(note => (
              <li key={note.code}>
                <Note note={note} />
              </li>
            ))}
            {lastScaled && (
              <li className={styles.secondary}>
                {t('autoscaler.lastScaled', { age: lastScaled })}
              </li>
            )}
          </ul>
        </div>
      </CardBody>
    </Card>
  );
};

const Metrics = ({ metrics }: { metrics: Metric[] }) => {
  const { t } = useWords();
  const metricName = useMetricName();
  return (
    <div className={styles.scroll}>
      <table className={styles.table} aria-label={t('autoscaler.metrics')}>
        <thead>
          <tr>
            <th scope="col">{t('autoscaler.metric')}</th>
            <th scope="col">{t('autoscaler.use')}</th>
            <th scope="col">{t('autoscaler.value')}</th>
            <th scope="col">{t('autoscaler.asks')}</th>
          </tr>
        </thead>
        <tbody>
          {metrics.map(metric => {
            const { current, target } = metric;
            const text = current
              ? t(`autoscaler.of.${target.unit}`, {
                  current: current.text,
                  target: target.text,
                })
              : t('autoscaler.unknownUse', { target: target.text });
            const name = metricName(metric.name);
            return (
              <tr key={metric.id}>
                <th scope="row">
                  {name}
                  <div className={styles.secondary}>
                    {metric.container &&
                      t('autoscaler.container', {
                        container: metric.container,
                      })}
                    {metric.object ?? metric.selector}
                  </div>
                </th>
                <td>
                  <Bar
                    amount={current?.amount}
                    mark={target.amount}
                    label={`${name}: ${text}`}
                  />
                </td>
                <td>{text}</td>
                <td>{metric.wants ?? '–'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
};

/** What a metric is called: Kubernetes' two own ones have a name in words. */
function useMetricName() {
  const { t } = useWords();
  return (name: string) => {
    if (name === 'cpu') {
      return t('autoscaler.cpu');
    }
    return name === 'memory' ? t('autoscaler.memory') : name;
  };
}

const Note = ({ note }: { note: AutoscalerNote }) => {
  const { t } = useWords();
  const metricName = useMetricName();
  switch (note.code) {
    case 'scaling-up':
      return note.because.length > 0
        ? t('note.scaling-up-because', {
            to: `${note.to}`,
            metrics: note.because.map(metricName).join(', '),
          })
        : t('note.scaling-up', { to: `${note.to}` });
    case 'scaling-down':
      return t('note.scaling-down', { to: `${note.to}` });
    case 'at-max':
      return t('note.at-max', { max: `${note.max}` });
    case 'at-min':
      return t('note.at-min', { min: `${note.min}` });
    case 'slowed':
    case 'stabilising':
      return t(`note.${note.code}-${note.direction}`);
    case 'metric-unknown':
      return t('note.metric-unknown', { metric: metricName(note.metric) });
    case 'metrics-missing':
    case 'cannot-scale':
      return (
        <>
          {t(`note.${note.code}`)}
          {note.message && (
            <div className={styles.secondary}>“{note.message}”</div>
          )}
        </>
      );
    default:
      return t(`note.${note.code}`);
  }
};
