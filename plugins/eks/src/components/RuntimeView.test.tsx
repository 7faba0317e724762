import { renderInTestApp } from '@backstage/frontend-test-utils';
import type { ObjectsByEntityResponse } from '@backstage/plugin-kubernetes-common';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { NOW } from '@slipway/backstage-plugin-eks-common/testUtils';
import {
  everyMetric,
  healthy,
  manyPods,
  noMetrics,
  nothingDeployed,
  onClusters,
  onFargate,
  oneRefuses,
  orders,
  partlyDenied,
  PROD_EU,
  PROD_US,
  rollingOut,
  unreachable,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import type { RuntimeState } from '../hooks/useRuntime';
import {
  type Connection,
  type ConnectionCause,
  explain,
  toRuntime,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { RuntimeView } from './RuntimeView';

const show = (
  answer: ObjectsByEntityResponse | undefined,
  options: {
    entity?: typeof orders;
    state?: Partial<RuntimeState>;
    templates?: Record<string, string>;
    address?: string;
  } = {},
) => {
  const entity = options.entity ?? orders;
  return renderInTestApp(
    <RuntimeView
      entity={entity}
      templates={options.templates ?? {}}
      state={{
        slow: false,
        following: answer ? 'live' : 'connecting',
        abilities: [],
        ...(answer && {
          updatedAt: NOW,
          runtime: toRuntime({
            entity,
            answer,
            knownClusters: [PROD_EU, PROD_US],
          }),
        }),
        ...options.state,
      }}
    />,
    { initialRouteEntries: [options.address ?? '/'] },
  );
};

const cluster = (name: string) => screen.getByRole('region', { name });

describe('the page of a healthy service', () => {
  it('says in one sentence that it is well and what runs', async () => {
    await show(healthy());
    expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent(
      '3 of 3 pods are ready in prod-eu.',
    );
    expect(screen.getByText('healthy')).toBeInTheDocument();
    expect(
      screen.getByText(/1\.4\.2 \(commit 91be004\) · image/),
    ).toHaveTextContent('5c415c415c41');
    expect(screen.getByText('live')).toBeInTheDocument();
  });

  it('draws the way of a request from left to right', async () => {
    await show(healthy());
    const stations = within(
      screen.getByRole('list', { name: 'The way of a request to the pods' }),
    ).getAllByRole('listitem');
    expect(stations.map(({ textContent }) => textContent)).toEqual([
      'orders.example.comTLS',
      'Load balanceractivek8s-orders-9f3c21d7-1834567890.eu-west-1.elb.amazonaws.com, internet-facing',
      'Ingress1 rule/ → orders:http',
      'Service3 of 3orders, endpoints ready',
      'Pods3 ready, on 3 nodes',
    ]);
  });

  it('lists its pods under headed columns', async () => {
    await show(healthy());
    expect(
      screen.getAllByRole('columnheader').map(header => header.textContent),
    ).toEqual(
      expect.arrayContaining(['Pod', 'State', 'Restarts', 'CPU', 'Runs on']),
    );
    const row = screen.getByRole('row', { name: /orders-5c41-h7q/ });
    expect(row).toHaveTextContent('Ready');
    expect(row).toHaveTextContent('6 d');
    expect(
      within(row).getByRole('img', { name: 'CPU: 100m used, 250m requested' }),
    ).toBeInTheDocument();
    expect(
      within(row).getByRole('img', {
        name: 'Memory: 120 MiB used, 256 MiB requested, limit 256 MiB',
      }),
    ).toBeInTheDocument();
  });

  it('links to where to look further, in a new tab', async () => {
    await show(healthy());
    const links = within(
      screen.getByRole('navigation', { name: 'Look further: prod-eu' }),
    ).getAllByRole('link');
    expect(links.map(link => link.textContent?.replace(/ ↗.*/, ''))).toEqual([
      'Container Insights: orders',
      'Logs Insights: orders, last hour',
      'Container Insights: namespace',
      'Container Insights: cluster',
      'Container Insights: everything',
      'EKS cluster',
      'ECR repository',
      'Pipeline runs',
    ]);
    for (const link of links) {
      expect(link).toHaveAttribute('target', '_blank');
      expect(link).toHaveAttribute('rel', 'noopener noreferrer');
    }
    expect(links.at(-1)).toHaveAttribute(
      'href',
      'https://github.com/acme/orders/actions',
    );
  });

  it('takes the administrator’s own link templates', async () => {
    await show(healthy(), {
      templates: {
        eksCluster: 'https://aws.example.com/{accountId}/{cluster}',
      },
    });
    expect(screen.getByRole('link', { name: /EKS cluster/ })).toHaveAttribute(
      'href',
      'https://aws.example.com/111122223333/prod-eu',
    );
  });
});

describe('a rollout in trouble', () => {
  it('says what happens, which pod is to blame, and where its log is', async () => {
    await show(rollingOut());
    expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent(
      'Rolling out 1.5.0 (commit 3f2a91c) in prod-eu: 2 of 3 pods are ready. One pod cannot run.',
    );
    expect(screen.getByText('degraded')).toBeInTheDocument();
    expect(
      screen.getByText(
        'Pod orders-7d9f-x2k restarted 3 times: container orders ended with exit code 1. “DATABASE_URL is not set”',
      ),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: /^Logs Insights: last hour/ }),
    ).toHaveAttribute('href', expect.stringContaining('orders-7d9f-x2k'));
  });

  it('shows why a container ended, and until when a pod drains', async () => {
    await show(rollingOut());
    const crashing = screen.getByRole('row', { name: /orders-7d9f-x2k/ });
    expect(crashing).toHaveTextContent('Crash loopCrashLoopBackOff');
    expect(crashing).toHaveTextContent('exit code 1, 12 s ago');
    expect(
      screen.getByRole('row', { name: /orders-5c41-zz1/ }),
    ).toHaveTextContent('Drainingends in 46 s');
  });

  it('draws where the autoscaler is and where it goes', async () => {
    await show(rollingOut());
    expect(
      screen.getByRole('img', {
        name: 'Between 3 and 10 pods. Now 4, wanted 6.',
      }),
    ).toBeInTheDocument();
    expect(
      screen.getByText('Going to 6 pods, because CPU is above its target.'),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('img', { name: 'CPU: 92 % of request, target 70 %' }),
    ).toBeInTheDocument();
  });

  it('shows how far the rollout is', async () => {
    await show(rollingOut());
    expect(
      screen.getByRole('img', { name: '2 of 3 updated' }),
    ).toBeInTheDocument();
  });
});

describe('metrics', () => {
  it('shows every type, and 0 apart from unknown', async () => {
    await show(everyMetric());
    const values = within(screen.getByRole('table', { name: 'Metrics' }))
      .getAllByRole('row')
      .slice(1)
      .map(row => within(row).getAllByRole('cell')[1].textContent);
    expect(values).toEqual([
      '0 % of request, target 70 %',
      'unknown, target 80 %',
      '55 % of request, target 60 %',
      '42.5 per pod, target 100',
      '120m, target 250m',
      '12 per pod, target 30',
      '640, target 500',
    ]);
    expect(screen.getByText('queue=refunds')).toBeInTheDocument();
  });

  it('says why there are no figures, and shows none', async () => {
    await show(noMetrics());
    expect(
      screen.getByText(/the cluster has no metrics-server/),
    ).toBeInTheDocument();
    const row = screen.getByRole('row', { name: /orders-5c41-h7q/ });
    expect(within(row).queryByRole('img')).not.toBeInTheDocument();
    expect(within(row).getAllByText('no figures')).toHaveLength(2);
    expect(
      screen.getByText(/It cannot act, because it has no metrics/),
    ).toBeInTheDocument();
  });
});

describe('where pods run', () => {
  it('names the Fargate profile', async () => {
    await show(onFargate(), { entity: onClusters() });
    expect(
      screen.getByRole('row', { name: /orders-5c41-a/ }),
    ).toHaveTextContent('Fargate (batch)');
    expect(
      screen.getByText(/No autoscaler: the number of pods/),
    ).toBeInTheDocument();
  });
});

describe('clusters that cannot be read', () => {
  it('keep their place, say why and what to do', async () => {
    await show(oneRefuses(), { entity: onClusters(PROD_EU, PROD_US) });
    expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent(
      '3 of 3 pods are ready in prod-eu. prod-us cannot be read.',
    );
    const refused = cluster('prod-us');
    expect(refused).toHaveTextContent('cannot be read');
    expect(refused).toHaveTextContent(
      'The cluster does not accept the portal’s credentials.',
    );
    expect(refused).toHaveTextContent(
      'To fix: give the portal’s role an EKS access entry',
    );
  });

  it('leave nothing to be said when there is no other', async () => {
    await show(unreachable());
    expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent(
      'Nothing can be said: prod-eu cannot be read.',
    );
    expect(cluster('prod-eu')).toHaveTextContent('ETIMEDOUT');
  });

  it('show the part that can be read', async () => {
    await show(partlyDenied());
    expect(cluster('prod-eu')).toHaveTextContent('partly read');
    expect(
      screen.getByRole('row', { name: /orders-5c41-h7q/ }),
    ).toBeInTheDocument();
  });
});

describe('before there is something to show', () => {
  it('says what happens next when nothing is deployed', async () => {
    await show(nothingDeployed());
    expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent(
      'Nothing is deployed yet.',
    );
    expect(
      screen.getByText(/its pods appear here by themselves/),
    ).toBeInTheDocument();
    expect(cluster('prod-eu')).toHaveTextContent(
      'Nothing of this service is deployed here yet.',
    );
    expect(
      screen.getByRole('link', { name: /Pipeline runs/ }),
    ).toBeInTheDocument();
  });

  it('says that it asks, and that it takes long', async () => {
    await show(undefined);
    expect(screen.getByRole('status')).toHaveTextContent(
      'Asking the clusters …',
    );
  });

  it('says that it still waits', async () => {
    await show(undefined, { state: { slow: true } });
    expect(screen.getByRole('status')).toHaveTextContent(
      'still waiting for an answer',
    );
  });

  it('says why the backend could not be asked', async () => {
    await show(undefined, { state: { error: new Error('socket hang up') } });
    expect(screen.getByText(/socket hang up/)).toBeInTheDocument();
  });

  it('names the permission that is missing', async () => {
    await show(undefined, {
      state: { error: new Error('Request failed with 403 Forbidden, {}') },
    });
    expect(screen.getByText(/eks\.runtime\.read/)).toBeInTheDocument();
  });
});

it('keeps the last answer when the connection is lost, and says so', async () => {
  await show(healthy(), {
    state: { following: 'lost', error: new Error('offline') },
  });
  expect(screen.getByText('connection lost')).toBeInTheDocument();
  expect(screen.getByText(/shows what was true at/)).toBeInTheDocument();
  expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent(
    '3 of 3 pods are ready',
  );
});

it('says that it asks the Kubernetes plugin where there is no backend of ours', async () => {
  await show(healthy(), {
    state: { following: 'polling', withoutBackend: true },
  });
  expect(
    screen.getByText(/the EKS backend is not installed/),
  ).toBeInTheDocument();
});

describe('a link to a workload', () => {
  it('leads to its row, and can be copied', async () => {
    const writeText = jest.fn(async (_: string) => {});
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText },
    });
    const address = `/?workload=${encodeURIComponent(
      `${PROD_EU}/Deployment/orders/orders`,
    )}`;
    await show(healthy(), { address });
    const row = screen.getByRole('row', { name: /Deployment/ });
    expect(row).toHaveAttribute('aria-current', 'true');
    await userEvent.click(
      within(row).getByRole('button', { name: 'Copy link to orders' }),
    );
    expect(within(row).getByRole('status')).toHaveTextContent('Copied');
    expect(writeText).toHaveBeenCalledTimes(1);
    const copied = new URL(writeText.mock.calls[0][0]);
    expect(copied.searchParams.get('workload')).toBe(
      `${PROD_EU}/Deployment/orders/orders`,
    );
  });

  it('says when it is not there any more', async () => {
    await show(healthy(), { address: '/?workload=prod-eu/Deployment/x/old' });
    expect(
      screen.getByText('The workload old is not there any more.'),
    ).toBeInTheDocument();
  });
});

it('keeps what a cluster had when it refuses, and says of when it is', async () => {
  const runtime = toRuntime({
    entity: orders,
    answer: healthy(),
    knownClusters: [],
  });
  const connection: Connection = {
    state: 'denied',
    since: '2026-11-23T14:01:00Z',
    asOf: '2026-11-23T14:00:00Z',
    message: 'access denied for role slipway-portal',
  };
  await show(healthy(), {
    state: {
      runtime: {
        ...runtime,
        clusters: [{ ...runtime.clusters[0], state: 'unreadable', connection }],
      },
    },
  });
  const section = within(cluster('prod-eu'));
  expect(section.getByText('access denied')).toBeInTheDocument();
  expect(
    section.getByText('Last seen: 3 of 3 pods ready.'),
  ).toBeInTheDocument();
  expect(section.getByText(/What is shown was true at/)).toBeInTheDocument();
  expect(
    section.getByRole('row', { name: /orders-5c41-h7q/ }),
  ).toBeInTheDocument();
});

it('shows what the pods run on', async () => {
  const runtime = toRuntime({
    entity: orders,
    answer: healthy(),
    knownClusters: [],
  });
  const [only] = runtime.clusters;
  const on = only.pods[0].runsOn?.name ?? '';
  await show(healthy(), {
    state: {
      runtime: {
        ...runtime,
        clusters: [
          {
            ...only,
            nodes: [
              {
                name: on,
                instanceType: 'c7g.large',
                zone: 'eu-west-1b',
                capacity: 'spot',
                madeBy: 'auto-mode',
              },
            ],
          },
        ],
      },
    },
  });
  const table = screen.getByRole('table', { name: 'Where they run' });
  expect(within(table).getAllByRole('row')[1]).toHaveTextContent(
    `${on}c7g.largeeu-west-1bspotEKS Auto Mode1`,
  );
  expect(
    screen.getByRole('row', { name: new RegExp(only.pods[0].name) }),
  ).toHaveTextContent('c7g.large, eu-west-1b, spot');
});

describe('many pods', () => {
  const rows = () => screen.getAllByRole('row', { name: /orders-5c41-/ });
  const focused = () => document.activeElement?.textContent;

  it('are drawn where they can be seen', async () => {
    await show(manyPods(500));
    expect(rows().length).toBeLessThan(30);
    const table = screen.getByRole('table', { name: 'Pods' });
    // With the row of the headings.
    expect(table).toHaveAttribute('aria-rowcount', '501');
    expect(rows()[0]).toHaveAttribute('aria-rowindex', '2');
  });

  it('are few when they are filtered by text', async () => {
    await show(manyPods(500));
    await userEvent.type(
      screen.getByRole('searchbox', { name: 'Filter pods' }),
      'orders-5c41-444',
    );
    expect(rows()).toHaveLength(1);
    expect(screen.getByText('1 of 500')).toBeInTheDocument();
  });

  it('are filtered by state', async () => {
    const runtime = toRuntime({
      entity: orders,
      answer: manyPods(50),
      knownClusters: [],
    });
    runtime.clusters[0].pods[33].state = 'crash-loop';
    await show(manyPods(50), { state: { runtime } });
    await userEvent.click(
      screen.getByRole('button', { name: /State of the pods/ }),
    );
    await userEvent.click(
      screen.getByRole('option', { name: 'Crash loop (1)' }),
    );
    expect(rows()).toHaveLength(1);
    expect(rows()[0]).toHaveAccessibleName(/orders-5c41-33/);
  });

  it('are sorted by a column, one way and then the other', async () => {
    await show(manyPods(500));
    const heading = screen.getByRole('columnheader', { name: 'Pod' });
    expect(heading).toHaveAttribute('aria-sort', 'none');
    const sort = within(heading).getByRole('button', { name: 'Pod' });
    await userEvent.click(sort);
    expect(heading).toHaveAttribute('aria-sort', 'ascending');
    await userEvent.click(sort);
    expect(heading).toHaveAttribute('aria-sort', 'descending');
    expect(rows()[0]).toHaveAccessibleName(/orders-5c41-99/);
  });

  it('are gone through by keyboard, to the last and back', async () => {
    await show(manyPods(500));
    within(rows()[0]).getByRole('link').focus();
    await userEvent.keyboard('{ArrowDown}');
    expect(focused()).toBe('orders-5c41-01');
    await userEvent.keyboard('{End}');
    // By name, 99 comes after 499.
    expect(focused()).toBe('orders-5c41-99');
    await userEvent.keyboard('{PageUp}');
    expect(focused()).toBe('orders-5c41-89');
    await userEvent.keyboard('{Home}');
    expect(focused()).toBe('orders-5c41-00');
  });
});

it('shows markup from a cluster as text, not as a picture', async () => {
  const answer = healthy();
  const text = JSON.stringify(answer).replaceAll(
    'orders-5c41-h7q',
    '<img src=x onerror=alert(1)>',
  );
  await show(JSON.parse(text));
  expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeInTheDocument();
  // The page's own pictures all say what they show.
  for (const picture of screen.getAllByRole('img')) {
    expect(picture).toHaveAccessibleName();
  }
});

describe('a cluster whose connection is not live', () => {
  const withConnection = async (connection: Connection) => {
    const runtime = toRuntime({
      entity: orders,
      answer: healthy(),
      knownClusters: [PROD_EU],
    });
    const [first] = runtime.clusters;
    await show(undefined, {
      state: {
        following: 'live',
        updatedAt: NOW,
        runtime: { ...runtime, clusters: [{ ...first, connection }] },
      },
    });
  };

  it('says since when, why, and what it still shows', async () => {
    await withConnection({
      state: 'stale',
      since: '2026-11-23T14:01:00.000Z',
      asOf: '2026-11-23T14:01:00.000Z',
      message: 'cluster `prod-eu`: the Kubernetes API did not answer in time',
    });
    const section = cluster('prod-eu');
    expect(within(section).getByText('stale')).toBeInTheDocument();
    expect(
      within(section).getByText(
        /^The connection to this cluster was lost.*“cluster `prod-eu`: the Kubernetes API did not answer in time”\. So since .* What is shown was true at /i,
      ),
    ).toBeInTheDocument();
    expect(
      within(section).getByRole('row', { name: /orders-5c41-h7q/ }),
    ).toBeInTheDocument();
  });

  it.each<[ConnectionCause, RegExp]>([
    [
      { code: 'clock', facts: { minutes: 20, direction: 'behind' } },
      /This cluster refuses the portal, whose clock is 20 minutes behind its own\. To fix: set the clock/,
    ],
    [
      { code: 'no-access', facts: { role: 'role arn:aws:iam::1:role/a' } },
      /does not let the portal in \(role arn:aws:iam::1:role\/a\)\. To fix: ask the platform team for an access entry/,
    ],
    [
      { code: 'no-connection', facts: { said: '' } },
      /There is no connection to this cluster \(no reason was given\)/,
    ],
  ])('says why in words of its own for %j', async (cause, words) => {
    await withConnection({
      state: 'denied',
      since: '2026-11-23T14:01:00.000Z',
      message: 'in English',
      cause,
    });
    const section = cluster('prod-eu');
    expect(section).toHaveTextContent(words);
    expect(section).not.toHaveTextContent('in English');
  });

  it('quotes the portal for a cause that a later version has', async () => {
    const later: Connection = JSON.parse(
      '{"state":"denied","since":"2026-11-23T14:01:00.000Z","message":"so it is","cause":{"code":"new","facts":{}}}',
    );
    await withConnection(later);
    expect(cluster('prod-eu')).toHaveTextContent(
      'The portal says: “so it is”.',
    );
  });

  it('blames missing figures on what is the cause', async () => {
    const runtime = toRuntime({
      entity: orders,
      answer: healthy(),
      knownClusters: [PROD_EU],
    });
    const metricsProblem = {
      code: 'forbidden' as const,
      cause: {
        code: 'clock' as const,
        facts: { minutes: 20, direction: 'behind' },
      },
    };
    await show(undefined, {
      state: {
        following: 'live',
        updatedAt: NOW,
        runtime: {
          ...runtime,
          clusters: [{ ...runtime.clusters[0], metricsProblem }],
        },
      },
    });
    expect(
      screen.getByText(/no CPU and memory figures: .*20 minutes behind/),
    ).toBeInTheDocument();
  });

  it('says in the sentence what is of a while ago', async () => {
    const runtime = toRuntime({
      entity: orders,
      answer: healthy(),
      knownClusters: [PROD_EU],
    });
    const stale = { clusters: ['prod-eu'], asOf: '2026-11-23T14:01:00.000Z' };
    await show(undefined, {
      state: {
        following: 'live',
        updatedAt: NOW,
        runtime: { ...runtime, summary: { ...runtime.summary, stale } },
      },
    });
    expect(
      screen.getByRole('heading', {
        name: /pods are ready in prod-eu\. prod-eu is shown as it was at /,
      }),
    ).toBeInTheDocument();
  });

  it('says nothing of it while it is live', async () => {
    await withConnection({ state: 'live', since: '2026-11-23T14:01:00.000Z' });
    expect(screen.queryByText(/So since/)).not.toBeInTheDocument();
  });
});

it('shows what AWS knows of the cluster, its images and the last hour', async () => {
  const runtime = toRuntime({
    entity: orders,
    answer: healthy(),
    knownClusters: [PROD_EU],
  });
  const [first] = runtime.clusters;
  const asOf = NOW.toISOString();
  const before = (minutes: number) =>
    new Date(NOW.getTime() - minutes * 60_000).toISOString();
  await show(undefined, {
    state: {
      following: 'live',
      updatedAt: NOW,
      runtime: {
        ...runtime,
        clusters: [
          {
            ...first,
            facts: {
              version: '1.35',
              supportEndsAt: '2027-03-01T00:00:00.000Z',
              computeKinds: ['auto-mode'],
              addons: [],
              asOf,
            },
            images: [
              {
                digest: first.pods[0].release.digest ?? '',
                repository: 'orders',
                tags: ['1.4.2'],
                findings: { critical: 0, high: 2, medium: 1, low: 0 },
                scan: 'complete',
                asOf,
              },
            ],
            history: {
              points: [
                { at: before(50), ready: 3, desired: 3, cpu: 0.4 },
                { at: before(20), ready: 5, desired: 6, cpu: 1.2 },
              ],
              rollouts: [{ at: before(20), version: '1.4.2' }],
            },
          },
        ],
      },
    },
  });
  expect(
    screen.getByText(
      /EKS 1\.35 · standard support until 2027-03-01 · Auto Mode/,
    ),
  ).toBeInTheDocument();
  expect(screen.getAllByText('2 high').length).toBeGreaterThan(0);
  expect(
    screen.getByRole('img', {
      name: /^Between 3 and 5 pods were ready\. They used between 400m and 1\.2 cores\. 1\.4\.2 came at/,
    }),
  ).toBeInTheDocument();
});

it('says what is the matter, what the cluster says of it, and what to do', async () => {
  const runtime = explain(
    toRuntime({
      entity: orders,
      answer: rollingOut(),
      knownClusters: [PROD_EU],
    }),
    NOW,
  );
  await show(undefined, {
    state: { following: 'live', updatedAt: NOW, runtime },
  });
  expect(
    screen.getByText(/^Container orders of .* keeps ending\./),
  ).toHaveTextContent(
    /The cluster says: “.+”\. Read the logs of the run before this one\./,
  );
  const { trouble } = runtime.summary;
  expect(
    screen.getByRole('link', { name: `Look at ${trouble?.name}` }),
  ).toHaveAttribute('href', expect.stringMatching(/\?pod=/));
});
