import { kubernetesResourcesReadPermission } from '@backstage/plugin-kubernetes-common';
import { usePermission } from '@backstage/plugin-permission-react';
import { Alert } from '@backstage/ui';
import type { ReactNode } from 'react';
import { EksCard } from './EksCard';
import { EksContent } from './EksContent';
import { ServicesCard } from './ServicesCard';
import { ServicesContent } from './ServicesContent';
import { useWords } from './useWords';

// The new frontend system leaves an extension out by a predicate; in the old
// one the component has to ask.

/** The tab, for those who may read Kubernetes resources. */
export const GuardedEksContent = () => (
  <Guarded>
    <EksContent />
  </Guarded>
);

/** The services' tab, for those who may read Kubernetes resources. */
export const GuardedServicesContent = () => (
  <Guarded>
    <ServicesContent />
  </Guarded>
);

const Guarded = ({ children }: { children: ReactNode }) => {
  const { t } = useWords();
  const { loading, allowed } = useMayRead();
  if (loading) {
    return null;
  }
  return allowed ? (
    <>{children}</>
  ) : (
    <Alert status="info" icon title={t('error.denied')} />
  );
};

/** The card, for those who may read Kubernetes resources. */
export const GuardedEksCard = () => (useMayRead().allowed ? <EksCard /> : null);

/** The services' card, for those who may read Kubernetes resources. */
export const GuardedServicesCard = () =>
  useMayRead().allowed ? <ServicesCard /> : null;

const useMayRead = () =>
  usePermission({ permission: kubernetesResourcesReadPermission });
