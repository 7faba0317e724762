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
import { createScaffolderFieldExtension } from '@backstage/plugin-scaffolder-react';
import { eksApiRef, EksClient } from './api/EksApi';
import * as fields from './scaffolder/fields';

const rootRouteRef = createRouteRef({ id: 'eks' });
const servicesRouteRef = createRouteRef({ id: 'eks-services' });

/** @public */
export const eksPlugin = createPlugin({
  id: 'eks',
  routes: { entityContent: rootRouteRef, entityServices: servicesRouteRef },
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
 * It asks for the permission `eks.runtime.read` of the entity itself.
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
 * The card of an entity's overview; nothing for those who may not see
 * what runs.
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

/**
 * The tab of a system's or a group's page: its services with their sentences.
 * Mount it at `/eks-services`, where the card links to, if
 * {@link hasEksServices}.
 *
 * @public
 */
export const EntityEksServicesContent = eksPlugin.provide(
  createRoutableExtension({
    name: 'EntityEksServicesContent',
    mountPoint: servicesRouteRef,
    component: () =>
      import('./components/ServicesContent').then(m => m.ServicesContent),
  }),
);

/**
 * The card of a system's or a group's overview: those of its services that
 * need a look first.
 *
 * @public
 */
export const EntityEksServicesCard = eksPlugin.provide(
  createComponentExtension({
    name: 'EntityEksServicesCard',
    component: {
      lazy: () => import('./components/ServicesCard').then(m => m.ServicesCard),
    },
  }),
);

/** @public */
export const EksServiceNameFieldExtension = eksPlugin.provide(
  createScaffolderFieldExtension(fields.serviceName),
);

/** @public */
export const EksRuntimePickerFieldExtension = eksPlugin.provide(
  createScaffolderFieldExtension(fields.runtimePicker),
);

/** @public */
export const EksTargetPickerFieldExtension = eksPlugin.provide(
  createScaffolderFieldExtension(fields.targetPicker),
);

/** @public */
export const EksScalingFieldExtension = eksPlugin.provide(
  createScaffolderFieldExtension(fields.scaling),
);

/** @public */
export const EksRepositoryFieldExtension = eksPlugin.provide(
  createScaffolderFieldExtension(fields.repository),
);

/** @public */
export const EksReviewFieldExtension = eksPlugin.provide(
  createScaffolderFieldExtension(fields.review),
);

/** @public */
export const EksDecommissionFieldExtension = eksPlugin.provide(
  createScaffolderFieldExtension(fields.decommission),
);

export { runsOnKubernetes as isEksAvailable } from '@slipway/backstage-plugin-eks-common';
export { hasComponents as hasEksServices } from './hooks/useServices';
export { eksApiRef, EksClient, type EksApi } from './api/EksApi';
export type { RuntimeEvent } from './api/runtimeEvents';
export type { Target } from './scaffolder/TargetsField';
export { eksFormTranslationRef } from './scaffolder/translation';
export { eksTranslationRef } from './translation';
