import {
  type Entity,
  RELATION_HAS_PART,
  RELATION_OWNER_OF,
} from '@backstage/catalog-model';
import {
  renderInTestApp,
  TestApiProvider,
} from '@backstage/frontend-test-utils';
import { catalogApiRef, EntityProvider } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import {
  healthy,
  oneRefuses,
  onClusters,
  orders,
  PROD_EU,
  PROD_US,
  rollingOut,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import {
  type RuntimesItem,
  toRuntime,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { eksApiRef } from '../api/EksApi';
import { FixedEksApi } from '../fixtures/apis';
import { hasComponents } from '../hooks/useServices';
import { ServicesCard } from './ServicesCard';
import { ServicesContent } from './ServicesContent';

const runtimeOf = (answer: ReturnType<typeof healthy>, entity = orders) =>
  toRuntime({ entity, answer, knownClusters: [PROD_EU, PROD_US] });

const component = (name: string, annotations = orders.metadata.annotations) =>
  ({
    ...orders,
    metadata: { name, namespace: 'default', annotations },
  }) satisfies Entity;

const ref = (name: string) => `component:default/${name}`;

const owning = (kind: 'System' | 'Group', names: string[]): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata: { name: 'shop', namespace: 'default' },
  spec: {},
  relations: names.map(name => ({
    type: kind === 'System' ? RELATION_HAS_PART : RELATION_OWNER_OF,
    targetRef: ref(name),
  })),
});

/** Answers what it is told to, and remembers what it was asked. */
class ScriptedApi extends FixedEksApi {
  readonly asked: string[][] = [];
  answer: () => Promise<RuntimesItem[]>;

  constructor(answer: () => Promise<RuntimesItem[]>) {
    super(runtimeOf(healthy()));
    this.answer = answer;
  }

  async getSummaries(entityRefs: string[]) {
    this.asked.push(entityRefs);
    return { items: await this.answer() };
  }
}

const items = (): RuntimesItem[] => [
  { entityRef: ref('orders'), summary: runtimeOf(healthy()).summary },
  { entityRef: ref('cart'), summary: runtimeOf(rollingOut()).summary },
  {
    entityRef: ref('reviews'),
    error: 'not allowed: ask for the permission eks.runtime.read',
  },
];

async function show(
  api: ScriptedApi,
  options: { entity?: Entity; entities?: Entity[]; card?: boolean } = {},
) {
  const entity =
    options.entity ?? owning('System', ['orders', 'cart', 'reviews', 'docs']);
  const entities = options.entities ?? [
    component('orders'),
    component('cart'),
    component('reviews'),
    component('docs', {}),
  ];
  await renderInTestApp(
    <TestApiProvider
      apis={[
        [eksApiRef, api],
        [catalogApiRef, catalogApiMock({ entities })],
      ]}
    >
      <EntityProvider entity={entity}>
        {options.card ? <ServicesCard /> : <ServicesContent />}
      </EntityProvider>
    </TestApiProvider>,
    {
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    },
  );
}

const rows = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map(row => within(row).getByRole('link').textContent);

describe('the services of a system', () => {
  it('have a sentence each, those that need a look first', async () => {
    const api = new ScriptedApi(async () => items());
    await show(api);
    const well = await screen.findByRole('row', { name: /orders/ });
    expect(well).toHaveTextContent('3 of 3 pods are ready in prod-eu.');
    expect(well).toHaveTextContent('1.4.2 (commit 91be004)');
    expect(within(well).getByRole('link', { name: 'orders' })).toHaveAttribute(
      'href',
      '/catalog/default/component/orders/eks',
    );
    expect(rows()).toEqual(['cart', 'reviews', 'orders']);
    // What runs nowhere is not asked about.
    expect(api.asked).toEqual([[ref('orders'), ref('cart'), ref('reviews')]]);
  });

  it('stay when one of them is refused, which says why', async () => {
    await show(new ScriptedApi(async () => items()));
    expect(
      await screen.findByRole('row', { name: /reviews/ }),
    ).toHaveTextContent(
      'Nothing is known: not allowed: ask for the permission eks.runtime.read',
    );
    expect(screen.getByRole('row', { name: /^cart/ })).toHaveTextContent(
      'Rolling out',
    );
  });

  it('say which cluster cannot be read', async () => {
    const elsewhere = onClusters(PROD_EU, PROD_US);
    await show(
      new ScriptedApi(async () => [
        {
          entityRef: ref('orders'),
          summary: runtimeOf(oneRefuses(), elsewhere).summary,
        },
      ]),
      { entities: [component('orders')] },
    );
    expect(
      await screen.findByRole('row', { name: /orders/ }),
    ).toHaveTextContent('prod-us cannot be read.');
  });

  it('are sorted by a column', async () => {
    await show(new ScriptedApi(async () => items()));
    await screen.findByRole('row', { name: /orders/ });
    await userEvent.click(
      screen.getByRole('columnheader', { name: 'Service' }),
    );
    await waitFor(() => expect(rows()).toEqual(['cart', 'orders', 'reviews']));
  });

  it('are asked for again by themselves, and keep what was known', async () => {
    jest.useFakeTimers({ advanceTimers: true });
    try {
      const api = new ScriptedApi(async () => items());
      await show(api);
      await screen.findByRole('row', { name: /orders/ });
      api.answer = async () => {
        throw new Error('the backend is being restarted');
      };
      await act(() => jest.advanceTimersByTimeAsync(5_000));
      expect(
        await screen.findByText('What is shown was true a while ago'),
      ).toBeInTheDocument();
      expect(screen.getByText('connection lost')).toBeInTheDocument();
      expect(screen.getByRole('row', { name: /orders/ })).toHaveTextContent(
        '3 of 3 pods are ready in prod-eu.',
      );
      api.answer = async () => [];
      await act(() => jest.advanceTimersByTimeAsync(5_000));
      await waitFor(() =>
        expect(screen.getByText('up to date')).toBeInTheDocument(),
      );
    } finally {
      jest.useRealTimers();
    }
  });

  it('say that they cannot be read at all', async () => {
    await show(
      new ScriptedApi(async () => {
        throw new Error('socket hang up');
      }),
    );
    expect(
      await screen.findByText('What the services run cannot be read'),
    ).toBeInTheDocument();
    expect(screen.getByText(/socket hang up/)).toBeInTheDocument();
  });

  it('are awaited', async () => {
    await show(new ScriptedApi(() => new Promise(() => {})));
    expect(
      await screen.findByText('Asking the clusters …', {
        selector: '[role=status]',
      }),
    ).toBeInTheDocument();
  });

  it('may be none', async () => {
    const api = new ScriptedApi(async () => items());
    await show(api, { entities: [component('docs', {})] });
    expect(
      await screen.findByText('None of its components runs on EKS.'),
    ).toBeInTheDocument();
    expect(api.asked).toEqual([]);
  });
});

it('puts those that need a look onto the overview of an owner’s group', async () => {
  await show(new ScriptedApi(async () => items()), {
    card: true,
    entity: owning('Group', ['orders', 'cart', 'reviews']),
  });
  await screen.findByText('3 of 3 pods are ready in prod-eu.');
  expect(
    screen.getAllByRole('listitem').map(item => within(item).getByRole('link')),
  ).toMatchObject([
    { textContent: 'cart' },
    { textContent: 'reviews' },
    { textContent: 'orders' },
  ]);
  expect(
    screen.getByRole('link', { name: 'Show all 3 services' }),
  ).toHaveAttribute('href', '/catalog/default/group/shop/eks-services');
});

it.each([
  ['a system with components', owning('System', ['orders']), true],
  ['a system without components', owning('System', []), false],
  ['a group that owns components', owning('Group', ['orders']), true],
  [
    'a group that owns no component',
    {
      ...owning('Group', []),
      relations: [
        { type: RELATION_OWNER_OF, targetRef: 'system:default/shop' },
      ],
    },
    false,
  ],
  [
    'a component with parts',
    {
      ...orders,
      relations: [{ type: RELATION_HAS_PART, targetRef: ref('part') }],
    },
    false,
  ],
])('%s', (_, entity, expected) => {
  expect(hasComponents(entity)).toBe(expected);
});
