import {
  ApiBlueprint,
  createFrontendPlugin,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { runsOnKubernetes } from '@slipway/backstage-plugin-eks-common';
import { eksApiRef, EksClient } from './api/EksApi';
import { hasComponents } from './hooks/useServices';
import { scaffolderExtensions } from './scaffolder/extensions';

const eksApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: eksApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new EksClient(deps),
    }),
});

const entityContent = EntityContentBlueprint.make({
  params: {
    // A tab of its own: in a group it would hide behind the group's title.
    path: '/eks',
    title: 'EKS',
    filter: runsOnKubernetes,
    loader: async () => {
      const { GuardedEksContent } = await import('./components/Guarded');
      return <GuardedEksContent />;
    },
  },
});

const entityCard = EntityCardBlueprint.make({
  params: {
    type: 'content',
    filter: runsOnKubernetes,
    loader: async () => {
      const { GuardedEksCard } = await import('./components/Guarded');
      return <GuardedEksCard />;
    },
  },
});

const servicesContent = EntityContentBlueprint.make({
  name: 'services',
  params: {
    path: '/eks-services',
    title: 'EKS services',
    filter: hasComponents,
    loader: async () => {
      const { ServicesContent } = await import('./components/ServicesContent');
      return <ServicesContent />;
    },
  },
});

const servicesCard = EntityCardBlueprint.make({
  name: 'services',
  params: {
    type: 'content',
    filter: hasComponents,
    loader: async () => {
      const { ServicesCard } = await import('./components/ServicesCard');
      return <ServicesCard />;
    },
  },
});

/**
 * Shows what runs on EKS for a catalog entity, as a tab and a card; for a system
 * or an owner's group, a table of its services; and brings the fields of the
 * create form.
 *
 * @public
 */
export const eksPlugin = createFrontendPlugin({
  pluginId: 'eks',
  title: 'EKS',
  info: { packageJson: () => import('../package.json') },
  extensions: [
    eksApi,
    entityContent,
    entityCard,
    servicesContent,
    servicesCard,
    ...scaffolderExtensions,
  ],
});
