import {
  createFrontendPlugin,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import { createDevApp } from '@backstage/frontend-dev-utils';
import { Grid, Tab, TabList, TabPanel, Tabs } from '@backstage/ui';
import { EksCardView } from '../src/components/EksCard';
import { RuntimeView } from '../src/components/RuntimeView';
import { NOW } from '@slipway/backstage-plugin-eks-common/testUtils';
import * as scenarios from '@slipway/backstage-plugin-eks-common/testUtils';
import type { RuntimeState } from '../src/hooks/useRuntime';
import { toRuntime } from '@slipway/backstage-plugin-eks-common/runtime';

const { BATCH_EU, onClusters, orders, PROD_EU, PROD_US } = scenarios;

const read = (
  answer: ReturnType<typeof scenarios.healthy>,
  entity = orders,
): { entity: typeof orders; state: RuntimeState } => ({
  entity,
  state: {
    slow: false,
    following: 'live',
    abilities: [],
    updatedAt: NOW,
    runtime: toRuntime({
      entity,
      answer,
      knownClusters: [PROD_EU, BATCH_EU, PROD_US],
    }),
  },
});

const waiting: RuntimeState = {
  slow: false,
  following: 'connecting',
  abilities: [],
};

/** Every state of the page, by the name under which it is shown. */
const states: Record<string, ReturnType<typeof read>> = {
  Healthy: read(scenarios.healthy()),
  'Rolling out': read(scenarios.rollingOut()),
  Saturated: read(scenarios.saturated()),
  'Every metric': read(scenarios.everyMetric()),
  'No metrics': read(scenarios.noMetrics()),
  Fargate: read(scenarios.onFargate(), onClusters(BATCH_EU)),
  'Many pods': read(scenarios.manyPods(500)),
  'One refuses': read(scenarios.oneRefuses(), onClusters(PROD_EU, PROD_US)),
  'Partly denied': read(scenarios.partlyDenied()),
  Unreachable: read(scenarios.unreachable()),
  'Nothing deployed': read(scenarios.nothingDeployed()),
  Stale: {
    entity: orders,
    state: {
      ...read(scenarios.healthy()).state,
      following: 'lost',
      error: new Error('Failed to fetch'),
    },
  },
  Loading: { entity: orders, state: waiting },
  Slow: { entity: orders, state: { ...waiting, slow: true } },
  Failed: {
    entity: orders,
    state: {
      ...waiting,
      following: 'lost',
      error: new Error('socket hang up'),
    },
  },
};

const StatesPage = () => (
  <Tabs>
    <TabList>
      {Object.keys(states).map(name => (
        <Tab key={name} id={name}>
          {name}
        </Tab>
      ))}
    </TabList>
    {Object.entries(states).map(([name, { entity, state }]) => (
      <TabPanel key={name} id={name}>
        <RuntimeView entity={entity} state={state} templates={{}} />
      </TabPanel>
    ))}
  </Tabs>
);

const CardsPage = () => (
  <Grid.Root columns={{ initial: '1', md: '2' }}>
    {Object.entries(states).map(([name, { state }]) => (
      <EksCardView key={name} state={state} tab="/" />
    ))}
  </Grid.Root>
);

const statesPlugin = createFrontendPlugin({
  pluginId: 'eks-states',
  extensions: [
    PageBlueprint.make({
      params: {
        path: '/',
        title: 'EKS tab',
        loader: async () => <StatesPage />,
      },
    }),
    PageBlueprint.make({
      name: 'cards',
      params: {
        path: '/cards',
        title: 'EKS card',
        loader: async () => <CardsPage />,
      },
    }),
  ],
});

createDevApp({ features: [statesPlugin] });
