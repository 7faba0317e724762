import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen, within } from '@testing-library/react';
import { runtimeStates } from '../../dev/runtimeStates';
import { RuntimeView } from './RuntimeView';

// What the page says beside the objects of a service: each state that is shown
// under development.

const show = (name: string) => {
  const { entity, state } = runtimeStates[name];
  return renderInTestApp(
    <RuntimeView
      entity={entity}
      // What somebody may do needs a backend to do it.
      state={{ ...state, abilities: [] }}
      templates={{}}
    />,
  );
};

const stations = () =>
  within(screen.getByRole('list', { name: 'The way of a request to the pods' }))
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent);

describe('the way of a request', () => {
  it('leads through a Gateway and its route to the endpoints', async () => {
    await show('Gateway');
    expect(stations()).toEqual([
      'orders.example.comTLS',
      'Load balanceractivek8s-edge-shared-2b1f6c-1834567890.eu-west-1.elb.amazonaws.com',
      'Gatewayactiveedge/shared, aws-alb',
      'HTTPRoute1 rule/ → orders:80',
      'Service1 of 1orders, endpoints ready',
      'Pods1 ready, on 1 node',
    ]);
  });

  it('shows where it is broken, and why', async () => {
    await show('Gateway refuses');
    expect(stations()).toEqual(
      expect.arrayContaining([
        'Gatewaynot servededge/shared, aws-alb, Invalid',
        'HTTPRoutenot accepted/ → orders:80, NotAllowedByListeners',
      ]),
    );
    expect(
      screen.getAllByText(/No load balancer serves the Gateway shared/)[0],
    ).toHaveTextContent(
      /no certificate found.*Correct what its controller objects to/,
    );
  });

  it('ends at a Gateway that is not there', async () => {
    await show('Gateway missing');
    expect(stations()).toContain('Gatewaynot foundedge/shared');
  });

  it('counts endpoints, and not what pods say of themselves', async () => {
    await show('No endpoint ready');
    expect(stations()[0]).toBe('Service0 of 1orders, endpoints ready');
    expect(
      screen.getAllByText(/none of its endpoints is ready/)[0],
    ).toBeInTheDocument();
  });
});

it.each([
  [
    'Node comes',
    /Karpenter is starting a node for orders-5c41-n1x/,
    /takes a minute or two/,
  ],
  [
    'No node comes',
    /No node has room for orders-5c41-n1x, and Karpenter makes none/,
    /Raise the limits of the node pool/,
  ],
  [
    'Drain blocked',
    /shall leave the node node-1, and the disruption budget orders \(minAvailable 1\) lets none go/,
    /Run one pod more/,
  ],
  [
    'No load balancer',
    /The load balancer of orders cannot be made or changed/,
    /auto-discover subnets.*Correct what the controller objects to/,
  ],
])('explains, and says what to do: %s', async (state, what, next) => {
  await show(state);
  const [said] = screen.getAllByText(what);
  expect(said).toHaveTextContent(next);
});

it('shows who made a node, and that it is being emptied', async () => {
  await show('Drain blocked');
  const nodes = screen.getByRole('table', { name: 'Where they run' });
  expect(within(nodes).getByRole('row', { name: /node-1/ })).toHaveTextContent(
    /being emptied.*m7g\.large.*eu-west-1a.*on demand.*managed node group: general/,
  );
});

it('names what it may not read, and shows the rest', async () => {
  await show('Kinds not readable');
  expect(
    screen.getByText(/gateways\.gateway\.networking\.k8s\.io, httproutes/),
  ).toHaveTextContent(/Everything else is as it is/);
  expect(screen.getByText('healthy')).toBeInTheDocument();
});

it('tells how many pods a metric asks for', async () => {
  await show('Saturated');
  // 4 pods at 130 % of a request, where 70 % is wanted.
  const metrics = screen.getByRole('table', { name: 'Metrics' });
  expect(
    within(metrics).getByRole('columnheader', { name: 'Pods it asks for' }),
  ).toBeInTheDocument();
  expect(within(metrics).getByRole('row', { name: /CPU/ })).toHaveTextContent(
    /130 % of request, target 70 %8$/,
  );
});
