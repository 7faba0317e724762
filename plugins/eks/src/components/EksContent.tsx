import { useEntity } from '@backstage/plugin-catalog-react';
import { useLinkTemplates } from '../hooks/useLinkTemplates';
import { useRuntime } from '../hooks/useRuntime';
import { RuntimeView } from './RuntimeView';

/** The tab EKS of an entity's page. */
export const EksContent = () => {
  const { entity } = useEntity();
  return (
    <RuntimeView
      entity={entity}
      state={useRuntime(entity)}
      templates={useLinkTemplates()}
    />
  );
};
