import { useApi } from '@backstage/core-plugin-api';
import { Text } from '@backstage/ui';
import type { Pod } from '@slipway/backstage-plugin-eks-common/runtime';
import { eksApiRef } from '../api/EksApi';
import { ConfirmedAction } from './ConfirmedAction';
import { useOnCall } from './OnCall';
import { useWords } from './useWords';

/** Deletes one pod, for those who may; its workload makes another. */
export const DeletePod = ({
  pod,
  clusterTitle,
}: {
  pod: Pod;
  /** As people call the cluster. */
  clusterTitle: string;
}) => {
  const { t } = useWords();
  const api = useApi(eksApiRef);
  const { entityRef, may } = useOnCall();
  const { cluster, namespace, name } = pod;
  if (!may('delete-pod')) {
    return null;
  }
  return (
    <ConfirmedAction
      label={t('action.deletePod')}
      about={t('action.deletePod')}
      title={t('action.deletePodOf', { pod: name })}
      confirm={t('action.delete')}
      action={async () => {
        const { graceSeconds } = await api.deletePod(entityRef, {
          cluster,
          namespace,
          pod: name,
        });
        return t('action.deleted', {
          pod: name,
          seconds: `${graceSeconds ?? 0}`,
        });
      }}
    >
      <Text as="p">
        {t('action.deletePodText', {
          pod: name,
          namespace,
          cluster: clusterTitle,
        })}
      </Text>
    </ConfirmedAction>
  );
};
