import { useApi } from '@backstage/core-plugin-api';
import { NumberField, Text } from '@backstage/ui';
import type {
  Autoscaler,
  ClusterRuntime,
  Workload,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { useState } from 'react';
import { eksApiRef } from '../api/EksApi';
import { ConfirmedAction } from './ConfirmedAction';
import { useOnCall } from './OnCall';
import styles from './runtime.module.css';
import { useWords } from './useWords';

interface Given {
  cluster: Pick<ClusterRuntime, 'name' | 'title'>;
  workload: Workload;
}

/** Restart and scale, for those who may. */
export const WorkloadActions = ({
  cluster,
  workload,
  autoscaler,
}: Given & {
  /** What decides how many pods there are, if something does. */
  autoscaler: Autoscaler | undefined;
}) => {
  const { may } = useOnCall();
  return (
    <div className={styles.row}>
      {may('restart') && <Restart cluster={cluster} workload={workload} />}
      {may('scale') && workload.kind !== 'DaemonSet' && (
        <Scale cluster={cluster} workload={workload} autoscaler={autoscaler} />
      )}
    </div>
  );
};

const targetOf = ({ cluster, workload }: Given) => ({
  cluster: cluster.name,
  namespace: workload.namespace,
  kind: workload.kind,
  name: workload.name,
});

const Restart = ({ cluster, workload }: Given) => {
  const { t } = useWords();
  const api = useApi(eksApiRef);
  const { entityRef } = useOnCall();
  const { kind, name, namespace } = workload;
  return (
    <ConfirmedAction
      label={t('action.restart')}
      about={t('action.restartOf', { name })}
      title={t('action.restartOf', { name })}
      confirm={t('action.restart')}
      action={async () => {
        await api.restart(entityRef, targetOf({ cluster, workload }));
        return t('action.restarted', { name });
      }}
    >
      <Text as="p">
        {t('action.restartText', {
          kind,
          name,
          namespace,
          cluster: cluster.title,
        })}
      </Text>
    </ConfirmedAction>
  );
};

const Scale = ({
  cluster,
  workload,
  autoscaler,
}: Given & { autoscaler: Autoscaler | undefined }) => {
  const { t } = useWords();
  const api = useApi(eksApiRef);
  const { entityRef } = useOnCall();
  const { kind, name, namespace, desired } = workload;
  const [replicas, setReplicas] = useState(desired);
  return (
    <ConfirmedAction
      label={t('action.scale')}
      about={t('action.scaleOf', { name })}
      title={t('action.scaleOf', { name })}
      confirm={t('action.scaleTo', {
        replicas: Number.isInteger(replicas) ? `${replicas}` : '…',
      })}
      canConfirm={Number.isInteger(replicas) && replicas !== desired}
      onOpen={() => setReplicas(desired)}
      action={async () => {
        const { from, to } = await api.scale(entityRef, {
          ...targetOf({ cluster, workload }),
          replicas,
        });
        return t('action.scaled', { name, from: `${from}`, to: `${to}` });
      }}
    >
      <Text as="p">
        {t('action.scaleText', {
          kind,
          name,
          namespace,
          cluster: cluster.title,
          pods: `${desired}`,
        })}
      </Text>
      <NumberField
        label={t('action.replicas')}
        value={replicas}
        onChange={setReplicas}
        minValue={autoscaler?.min ?? 0}
        maxValue={autoscaler?.max}
        description={
          autoscaler
            ? t('action.bounds', {
                min: `${autoscaler.min}`,
                max: `${autoscaler.max}`,
                autoscaler: autoscaler.name,
              })
            : t('action.noAutoscaler')
        }
      />
    </ConfirmedAction>
  );
};
