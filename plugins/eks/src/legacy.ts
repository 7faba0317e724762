/**
 * The EKS tab and card for apps on the old frontend system
 * (`@backstage/core-plugin-api`). They draw the same as in the new one.
 *
 * @packageDocumentation
 */

import {
  createApiFactory,
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
  createRouteRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { eksApiRef, EksClient } from './api/EksApi';

const rootRouteRef = createRouteRef({ id: 'eks' });

/** @public */
export const eksPlugin = createPlugin({
  id: 'eks',
  routes: { entityContent: rootRouteRef },
  apis: [
    createApiFactory({
      api: eksApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new EksClient(deps),
    }),
  ],
});

/**
 * The tab of an entity's page. Mount it at `/eks`, where the card links to.
 * It asks for the permission `kubernetes.resources.read` itself.
 *
 * @public
 */
export const EntityEksContent = eksPlugin.provide(
  createRoutableExtension({
    name: 'EntityEksContent',
    mountPoint: rootRouteRef,
    component: () =>
      import('./components/Guarded').then(m => m.GuardedEksContent),
  }),
);

/**
 * The card of an entity's overview; nothing for those who may not read
 * Kubernetes resources.
 *
 * @public
 */
export const EntityEksCard = eksPlugin.provide(
  createComponentExtension({
    name: 'EntityEksCard',
    component: {
      lazy: () => import('./components/Guarded').then(m => m.GuardedEksCard),
    },
  }),
);

export { runsOnKubernetes as isEksAvailable } from '@slipway/backstage-plugin-eks-common';
export { eksApiRef, EksClient, type EksApi } from './api/EksApi';
export { eksTranslationRef } from './translation';
