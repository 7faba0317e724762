import { Card, CardBody, CardHeader, Text } from '@backstage/ui';
import type {
  Autoscaler,
  ClusterRuntime,
  Workload,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { Fragment, useEffect, useRef, type ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { linkToWorkload, useChosenWorkload } from '../hooks/useChosenWorkload';
import { Bar } from './Bar';
import { CopyLink } from './CopyLink';
import { useOnCall } from './OnCall';
import { Pill, type Tone } from './Pill';
import styles from './runtime.module.css';
import { useWords } from './useWords';
import { WorkloadActions } from './WorkloadActions';

const TONES: Record<Workload['rollout'], Tone> = {
  complete: 'good',
  progressing: 'warning',
  stalled: 'bad',
  paused: 'warning',
  stopped: 'neutral',
};

/** Workloads with how far their rollout is. */
export const WorkloadsTable = ({
  cluster,
  workloads,
  autoscalers,
}: {
  cluster: Pick<ClusterRuntime, 'name' | 'title'>;
  workloads: Workload[];
  autoscalers: Autoscaler[];
}) => {
  const { t, release } = useWords();
  const { may } = useOnCall();
  const { isChosen } = useChosenWorkload();
  const changeable = may('restart') || may('scale');
  return (
    <Card>
      <CardHeader>
        <Text as="h4" variant="body-medium" weight="bold">
          {t('workloads.title')}
        </Text>
      </CardHeader>
      <CardBody>
        <div className={styles.scroll}>
          <table className={styles.table} aria-label={t('workloads.title')}>
            <thead>
              <tr>
                <th scope="col">{t('workloads.name')}</th>
                <th scope="col">{t('workloads.rollout')}</th>
                <th scope="col">{t('workloads.ready')}</th>
                <th scope="col">{t('workloads.release')}</th>
              </tr>
            </thead>
            <tbody>
              {workloads.map(workload => (
                <Fragment key={workload.id}>
                  <WorkloadRow chosen={isChosen(cluster, workload)}>
                    <th scope="row">
                      <Link
                        to={linkToWorkload(cluster, workload)}
                        className={styles.textLink}
                      >
                        {workload.name}
                      </Link>{' '}
                      <CopyLink
                        to={linkToWorkload(cluster, workload)}
                        of={workload.name}
                      />
                      <div className={styles.secondary}>{workload.kind}</div>
                    </th>
                    <td>
                      <Rollout workload={workload} />
                    </td>
                    <td>
                      {t('path.endpoints', {
                        ready: `${workload.ready}`,
                        total: `${workload.desired}`,
                      })}
                    </td>
                    <td className={styles.mono}>{release(workload.release)}</td>
                  </WorkloadRow>
                  {changeable && (
                    <tr>
                      <td colSpan={4}>
                        <WorkloadActions
                          cluster={cluster}
                          workload={workload}
                          autoscaler={autoscalers.find(
                            ({ target, namespace }) =>
                              target.kind === workload.kind &&
                              target.name === workload.name &&
                              namespace === workload.namespace,
                          )}
                        />
                      </td>
                    </tr>
                  )}
                </Fragment>
              ))}
            </tbody>
          </table>
        </div>
      </CardBody>
    </Card>
  );
};

/** A row that comes into view when the address names its workload. */
const WorkloadRow = ({
  chosen,
  children,
}: {
  chosen: boolean;
  children: ReactNode;
}) => {
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (chosen) {
      row.current?.scrollIntoView?.({ block: 'center' });
    }
  }, [chosen]);
  return (
    <tr
      ref={row}
      className={chosen ? styles.chosen : undefined}
      aria-current={chosen ? 'true' : undefined}
    >
      {children}
    </tr>
  );
};

const Rollout = ({ workload }: { workload: Workload }) => {
  const { t } = useWords();
  const { rollout, updated, desired, message } = workload;
  const progress = t('workloads.progress', {
    updated: `${updated}`,
    desired: `${desired}`,
  });
  return (
    <div className={styles.row}>
      <Pill tone={TONES[rollout]}>{t(`workloads.${rollout}`)}</Pill>
      {rollout !== 'complete' && rollout !== 'stopped' && (
        <>
          <Bar amount={updated} mark={desired} label={progress} />
          <span className={styles.secondary}>{progress}</span>
        </>
      )}
      {message && <span className={styles.secondary}>“{message}”</span>}
    </div>
  );
};
