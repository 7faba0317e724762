import type { Entity } from '@backstage/catalog-model';
import { createApp } from '@backstage/frontend-defaults';
import {
  ApiBlueprint,
  createFrontendModule,
} from '@backstage/frontend-plugin-api';
import { mockApis } from '@backstage/frontend-test-utils';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import kubernetesPlugin from '@backstage/plugin-kubernetes/alpha';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { render, screen } from '@testing-library/react';
import { eksModule } from './fixtures/apis';
import {
  healthy,
  orders,
  PROD_EU,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import { toRuntime } from '@slipway/backstage-plugin-eks-common/runtime';
import eksPlugin from '.';

/** A whole app: the catalog, the official Kubernetes plugin, and this one. */
async function openPage(options: {
  path: string;
  entity?: Entity;
  language?: string;
  runtime?: AuthorizeResult.ALLOW | AuthorizeResult.DENY;
}) {
  window.history.pushState(
    {},
    '',
    options.path.startsWith('/catalog')
      ? options.path
      : `/catalog/default/component/orders${options.path}`,
  );
  const app = createApp({
    advanced: {
      configLoader: async () => ({
        config: mockApis.config({
          data: {
            app: {
              baseUrl: 'http://localhost',
              extensions: [
                { 'sign-in-page:app': false },
                {
                  'api:app/app-language': {
                    config: {
                      availableLanguages: ['en', 'ko'],
                      defaultLanguage: options.language ?? 'en',
                    },
                  },
                },
              ],
            },
            backend: { baseUrl: 'http://localhost:7007' },
          },
        }),
      }),
    },
    features: [
      catalogPlugin,
      kubernetesPlugin,
      eksPlugin,
      eksModule(
        toRuntime({
          entity: orders,
          answer: healthy(),
          knownClusters: [PROD_EU],
        }),
      ),
      createFrontendModule({
        pluginId: 'catalog',
        extensions: [
          ApiBlueprint.make({
            params: defineParams =>
              defineParams({
                api: catalogApiRef,
                deps: {},
                factory: () =>
                  catalogApiMock({
                    // A system's page reads its components, too.
                    entities: [orders, options.entity ?? orders],
                  }),
              }),
          }),
        ],
      }),
      createFrontendModule({
        pluginId: 'app',
        extensions: [
          ApiBlueprint.make({
            name: 'permission',
            params: defineParams =>
              defineParams({
                api: permissionApiRef,
                deps: {},
                factory: () =>
                  mockApis.permission({
                    authorize: ({ permission }) =>
                      permission.name === 'eks.runtime.read'
                        ? (options.runtime ?? AuthorizeResult.ALLOW)
                        : AuthorizeResult.ALLOW,
                  }),
              }),
          }),
        ],
      }),
    ],
  });
  render(app.createRoot());
}

// Apps keep the chosen language there.
beforeEach(() => window.localStorage.clear());

it('adds the tab EKS to the page of an entity that runs on EKS', async () => {
  await openPage({ path: '/eks' });
  expect(
    await screen.findByText('3 of 3 pods are ready in prod-eu.'),
  ).toBeInTheDocument();
  expect(
    screen.getByRole('row', { name: /orders-5c41-h7q/ }),
  ).toBeInTheDocument();
}, 20_000);

it('puts a card with the sentence and a way to the tab on the overview', async () => {
  await openPage({ path: '' });
  expect(await screen.findByText('Running on EKS')).toBeInTheDocument();
  expect(
    await screen.findByText('3 of 3 pods are ready in prod-eu.'),
  ).toBeInTheDocument();
  expect(screen.getByText('3 of 3')).toBeInTheDocument();
  expect(
    screen.getByRole('link', { name: 'Show pods and autoscaler' }),
  ).toHaveAttribute('href', '/catalog/default/component/orders/eks');
}, 20_000);

it('speaks Korean', async () => {
  await openPage({ path: '/eks', language: 'ko' });
  expect(
    await screen.findByText('prod-eu에서 파드 3개 중 3개가 준비되었습니다.'),
  ).toBeInTheDocument();
}, 20_000);

/** An entity with these annotations; the Kubernetes plugin's tab needs its own. */
const annotated = (annotations: Record<string, string>): Entity => ({
  ...orders,
  metadata: { name: 'orders', namespace: 'default', annotations },
});

it('shows the tab where the entity names its clusters', async () => {
  await openPage({
    path: '',
    entity: annotated({ 'aws.amazon.com/amazon-eks-cluster-arn': PROD_EU }),
  });
  expect(await screen.findByRole('link', { name: 'EKS' })).toBeInTheDocument();
}, 20_000);

it('lists the services of a system', async () => {
  await openPage({
    path: '/catalog/default/system/shop/eks-services',
    entity: {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'System',
      metadata: { name: 'shop', namespace: 'default' },
      relations: [{ type: 'hasPart', targetRef: 'component:default/orders' }],
    },
  });
  const row = await screen.findByRole('row', { name: /orders/ });
  expect(row).toHaveTextContent('3 of 3 pods are ready in prod-eu.');
}, 20_000);

it('adds no services to a system without components', async () => {
  await openPage({
    path: '/catalog/default/system/shop',
    entity: {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'System',
      metadata: { name: 'shop', namespace: 'default' },
      relations: [],
    },
  });
  expect(await screen.findByText('About')).toBeInTheDocument();
  expect(
    screen.queryByRole('link', { name: 'EKS services' }),
  ).not.toBeInTheDocument();
}, 20_000);

it('adds nothing for an entity that runs nowhere', async () => {
  await openPage({ path: '', entity: annotated({}) });
  expect(await screen.findByText('About')).toBeInTheDocument();
  expect(screen.queryByRole('link', { name: 'EKS' })).not.toBeInTheDocument();
}, 20_000);

it('says what to ask for to those who may not see what runs', async () => {
  await openPage({
    path: '/eks',
    runtime: AuthorizeResult.DENY,
    entity: annotated({ 'aws.amazon.com/amazon-eks-cluster-arn': PROD_EU }),
  });
  expect(
    await screen.findByText(/permission eks\.runtime\.read/),
  ).toBeInTheDocument();
}, 20_000);
