import { configApiRef, useApi } from '@backstage/core-plugin-api';
import type {
  LinkName,
  LinkTemplates,
} from '@slipway/backstage-plugin-eks-common';
import { useMemo } from 'react';

const NAMES: LinkName[] = [
  'containerInsights',
  'containerInsightsCluster',
  'containerInsightsNamespace',
  'containerInsightsWorkload',
  'logsInsights',
  'eksCluster',
  'ecrRepository',
];

/** The administrator's own URL templates, `eks.links` in the configuration. */
export function useLinkTemplates(): LinkTemplates {
  const config = useApi(configApiRef);
  return useMemo(() => {
    const links = config.getOptionalConfig('eks.links');
    return Object.fromEntries(
      NAMES.flatMap(name => {
        const template = links?.getOptionalString(name);
        return template ? [[name, template]] : [];
      }),
    );
  }, [config]);
}
