import type { Entity } from '@backstage/catalog-model';
import { createApp } from '@backstage/app-defaults';
import { AppRouter, FlatRoutes } from '@backstage/core-app-api';
import { createApiFactory } from '@backstage/core-plugin-api';
import {
  CatalogEntityPage,
  CatalogIndexPage,
  catalogPlugin,
  EntityLayout,
  EntitySwitch,
} from '@backstage/plugin-catalog';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { kubernetesPlugin } from '@backstage/plugin-kubernetes';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route } from 'react-router-dom';
import { eksApiRef } from './api/EksApi';
import { FixedEksApi } from './fixtures/apis';
import {
  healthy,
  orders,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import { toRuntime } from '@slipway/backstage-plugin-eks-common/runtime';
import {
  EntityEksCard,
  EntityEksContent,
  EntityEksServicesCard,
  EntityEksServicesContent,
  hasEksServices,
  isEksAvailable,
} from './legacy';

const entityPage = (
  <EntityLayout>
    <EntityLayout.Route path="/" title="Overview">
      <EntitySwitch>
        <EntitySwitch.Case if={isEksAvailable}>
          <EntityEksCard />
        </EntitySwitch.Case>
        <EntitySwitch.Case if={hasEksServices}>
          <EntityEksServicesCard />
        </EntitySwitch.Case>
      </EntitySwitch>
    </EntityLayout.Route>
    <EntityLayout.Route path="/eks" title="EKS" if={isEksAvailable}>
      <EntityEksContent />
    </EntityLayout.Route>
    <EntityLayout.Route
      path="/eks-services"
      title="EKS services"
      if={hasEksServices}
    >
      <EntityEksServicesContent />
    </EntityLayout.Route>
  </EntityLayout>
);

/** A whole app on the old frontend system, made as `create-app --legacy` does. */
function openPage(options: { path: string; entity?: Entity }) {
  window.history.pushState(
    {},
    '',
    options.path.startsWith('/catalog')
      ? options.path
      : `/catalog/default/component/orders${options.path}`,
  );
  const app = createApp({
    configLoader: async () => [
      {
        context: 'test',
        data: {
          app: { title: 'Portal', baseUrl: 'http://localhost' },
          backend: { baseUrl: 'http://localhost:7007' },
        },
      },
    ],
    plugins: [catalogPlugin, kubernetesPlugin],
    apis: [
      createApiFactory(
        catalogApiRef,
        // A system's page reads its components, too.
        catalogApiMock({ entities: [orders, options.entity ?? orders] }),
      ),
      createApiFactory(
        eksApiRef,
        new FixedEksApi(
          toRuntime({
            entity: orders,
            answer: healthy(),
            knownClusters: [],
          }),
        ),
      ),
    ],
  });
  const App = app.createRoot(
    <AppRouter>
      <FlatRoutes>
        <Route path="/catalog" element={<CatalogIndexPage />} />
        <Route
          path="/catalog/:namespace/:kind/:name"
          element={<CatalogEntityPage />}
        >
          {entityPage}
        </Route>
      </FlatRoutes>
    </AppRouter>,
  );
  render(<App />);
}

it('draws the tab in a legacy app', async () => {
  openPage({ path: '/eks' });
  expect(
    await screen.findByText('3 of 3 pods are ready in prod-eu.'),
  ).toBeInTheDocument();
  expect(
    screen.getByRole('row', { name: /orders-5c41-h7q/ }),
  ).toBeInTheDocument();
}, 20_000);

it('leads from the card to the tab', async () => {
  openPage({ path: '' });
  expect(
    await screen.findByText('3 of 3 pods are ready in prod-eu.'),
  ).toBeInTheDocument();
  await userEvent.click(
    screen.getByRole('link', { name: 'Show pods and autoscaler' }),
  );
  expect(
    await screen.findByRole('row', { name: /orders-5c41-h7q/ }),
  ).toBeInTheDocument();
}, 20_000);

it('leads from a system’s card to the table of its services', async () => {
  openPage({
    path: '/catalog/default/system/shop',
    entity: {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'System',
      metadata: { name: 'shop', namespace: 'default' },
      relations: [{ type: 'hasPart', targetRef: 'component:default/orders' }],
    },
  });
  await userEvent.click(
    await screen.findByRole('link', { name: 'Show the service' }),
  );
  expect(await screen.findByRole('row', { name: /orders/ })).toHaveTextContent(
    '3 of 3 pods are ready in prod-eu.',
  );
}, 20_000);

it('has no tab for an entity that runs nowhere', async () => {
  openPage({
    path: '',
    entity: { ...orders, metadata: { name: 'orders', namespace: 'default' } },
  });
  expect(
    await screen.findByRole('tab', { name: 'Overview' }),
  ).toBeInTheDocument();
  expect(screen.queryByRole('tab', { name: 'EKS' })).not.toBeInTheDocument();
}, 20_000);
