import {
  createFrontendPlugin,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import { createDevApp } from '@backstage/frontend-dev-utils';
import { type ReactElement, useRef } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import eksPlugin from '../src';
import { EksCardView } from '../src/components/EksCard';
import { RuntimeView } from '../src/components/RuntimeView';
import { ServicesCardView } from '../src/components/ServicesCard';
import { ServicesView } from '../src/components/ServicesView';
import { eksModule } from '../src/fixtures/apis';
import { runtimeStates } from './runtimeStates';
import { servicesStates } from './servicesStates';

const PARAMETER = 'state';

interface Shown {
  element: ReactElement;
  /** What else the address says, such as the pod that is open. */
  search?: Record<string, string>;
}

/** The states in which the card differs. */
const CARDS = [
  'Healthy',
  'Rolling out',
  'Nothing readable',
  'Nothing deployed',
  'Stale',
  'Loading',
  'Failed',
];

const page = (name: string) => (
  <RuntimeView {...runtimeStates[name]} templates={{}} />
);

/** Every state there is to look at, by its name. */
function allStates(): Map<string, Shown> {
  const states = new Map<string, Shown>();
  for (const name of Object.keys(runtimeStates)) {
    states.set(name, { element: page(name) });
  }
  const [cluster] = runtimeStates.Healthy.state.runtime?.clusters ?? [];
  if (cluster) {
    states.set('Pod', {
      element: page('Healthy'),
      search: { pod: cluster.pods[0].id },
    });
    states.set('Pod that has gone', {
      element: page('Healthy'),
      search: { pod: 'prod-eu/orders/gone' },
    });
    states.set('Workload', {
      element: page('Healthy'),
      search: { workload: `${cluster.name}/${cluster.workloads[0].id}` },
    });
  }
  for (const name of CARDS) {
    states.set(`Card: ${name}`, {
      element: <EksCardView state={runtimeStates[name].state} tab="/" />,
    });
  }
  for (const [name, state] of Object.entries(servicesStates)) {
    states.set(name, {
      element: <ServicesView state={state} linkTo={() => '/'} />,
    });
    states.set(`Card: ${name}`, {
      element: <ServicesCardView state={state} tab="/" linkTo={() => '/'} />,
    });
  }
  return states;
}

const states = allStates();

const StatesPage = () => {
  const named = useSearchParams()[0].get(PARAMETER);
  // A link to a pod says nothing of the state that it is in.
  const last = useRef('Healthy');
  if (named !== null) {
    last.current = named;
  }
  const chosen = last.current;
  return (
    <>
      <nav aria-label="States">
        {[...states].map(([name, { search }]) => (
          <span key={name}>
            <Link
              to={{
                search: `${new URLSearchParams({ [PARAMETER]: name, ...search })}`,
              }}
            >
              {name}
            </Link>{' '}
          </span>
        ))}
      </nav>
      <section key={chosen} aria-label={chosen}>
        {states.get(chosen)?.element}
      </section>
    </>
  );
};

const statesPlugin = createFrontendPlugin({
  pluginId: 'eks-states',
  extensions: [
    PageBlueprint.make({
      params: {
        path: '/',
        title: 'States',
        loader: async () => <StatesPage />,
      },
    }),
  ],
});

const { runtime } = runtimeStates.Healthy.state;

createDevApp({
  features: [eksPlugin, ...(runtime ? [eksModule(runtime)] : []), statesPlugin],
});
