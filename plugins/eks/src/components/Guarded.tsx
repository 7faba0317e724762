import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import { usePermission } from '@backstage/plugin-permission-react';
import { Alert } from '@backstage/ui';
import { eksRuntimeReadPermission } from '@slipway/backstage-plugin-eks-common';
import { EksCard } from './EksCard';
import { EksContent } from './EksContent';
import { useWords } from './useWords';

// The permission is about one entity, so a predicate of an extension, which
// knows none, cannot ask for it.

/** The tab; for those who may not see what runs, what to ask for. */
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

/** The card; nothing for those who may not see what runs. */
export const GuardedEksCard = () => (useMayRead().allowed ? <EksCard /> : null);

function useMayRead() {
  const { entity } = useEntity();
  return usePermission({
    permission: eksRuntimeReadPermission,
    resourceRef: stringifyEntityRef(entity),
  });
}
