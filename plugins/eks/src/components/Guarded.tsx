import { kubernetesResourcesReadPermission } from '@backstage/plugin-kubernetes-common';
import { usePermission } from '@backstage/plugin-permission-react';
import { Alert } from '@backstage/ui';
import { EksCard } from './EksCard';
import { EksContent } from './EksContent';
import { useWords } from './useWords';

// The new frontend system leaves an extension out by a predicate; in the old
// one the component has to ask.

/** The tab, for those who may read Kubernetes resources. */
export const GuardedEksContent = () => {
  const { t } = useWords();
  const { loading, allowed } = useMayRead();
  if (loading) {
    return null;
  }
  return allowed ? (
    <EksContent />
  ) : (
    <Alert status="info" icon title={t('error.denied')} />
  );
};

/** The card, for those who may read Kubernetes resources. */
export const GuardedEksCard = () => (useMayRead().allowed ? <EksCard /> : null);

const useMayRead = () =>
  usePermission({ permission: kubernetesResourcesReadPermission });
