import { mockServices } from '@backstage/backend-test-utils';
import type { KubernetesObject } from '@kubernetes/client-node';
import { type FaultKind, kinds } from '@slipway/sandbox';
import { setTimeout as wait } from 'node:timers/promises';
import { useSandbox } from '../__testUtils__/useSandbox';
import { DefaultEksClusters } from '../DefaultEksClusters';
import { DefaultClusterWatch } from './DefaultClusterWatch';
import { defaultWatchSettings, type WatchSettings } from './settings';
import type { WatchKind, WatchQuery, WatchView } from './types';

const PROD_EU = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';
const BATCH_EU = 'arn:aws:eks:eu-west-1:111122223333:cluster/batch-eu';
const PROD_US = 'arn:aws:eks:us-east-1:444455556666:cluster/prod-us';

const policies: WatchKind = {
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'networkpolicies',
};
const LIST = 'list networkpolicies.networking.k8s.io';
const WATCH = 'watch networkpolicies.networking.k8s.io';

const use = useSandbox();
let clusters: DefaultEksClusters;
let watch: DefaultClusterWatch;
let gone: Set<string>;

const settings: WatchSettings = {
  ...defaultWatchSettings,
  answerMs: 500,
  maximumBackoffMs: 200,
  keepMs: 100,
  metricsMs: 300,
};

function start(changed: Partial<WatchSettings> = {}) {
  watch?.stop();
  watch = new DefaultClusterWatch({
    settings: { ...settings, ...changed },
    logger: mockServices.logger.mock(),
    lookForKindsMs: 50,
  });
  watch.addSource({
    async clusters() {
      const { clusters: found } = await clusters.list();
      return found
        .filter(({ arn }) => !gone.has(arn))
        .map(({ arn, name }) => ({
          name: arn,
          title: name,
          arn,
          connect: () => clusters.kubeConfig(arn),
        }));
    },
  });
}

beforeAll(() => {
  clusters = DefaultEksClusters.fromConfig(use.config(), {
    logger: mockServices.logger.mock(),
  });
});
afterAll(() => clusters.stop());

beforeEach(() => {
  gone = new Set();
  start();
});
afterEach(() => {
  watch.stop();
  for (const cluster of [PROD_EU, BATCH_EU]) {
    const { store } = use.sandbox.cluster(cluster);
    for (const { metadata } of store.list(kinds.networkPolicies)) {
      store.remove(kinds.networkPolicies, metadata.namespace, metadata.name);
    }
  }
});

const add = (
  name: string,
  labels: Record<string, string> = {},
  cluster = PROD_EU,
  namespace = 'orders',
) =>
  use.sandbox.cluster(cluster).store.create(kinds.networkPolicies, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, labels },
  });

const remove = (name: string, cluster = PROD_EU) =>
  use.sandbox
    .cluster(cluster)
    .store.remove(kinds.networkPolicies, 'orders', name);

async function open(
  query: Partial<WatchQuery> = {},
  onChange?: () => void,
): Promise<WatchView> {
  const view = watch.open(
    [{ cluster: PROD_EU, kind: policies, ...query }],
    onChange,
  );
  await view.ready({ signal: AbortSignal.timeout(20_000) });
  return view;
}

const namesIn = (view: WatchView) =>
  view.read()[0].objects.map(({ metadata }) => metadata?.name);
const stateOf = (view: WatchView) => view.read()[0].connection.state;

async function until(holds: () => boolean, what: () => unknown) {
  const deadline = Date.now() + 15_000;
  while (!holds()) {
    if (Date.now() > deadline) {
      throw new Error(`it never came to be: ${JSON.stringify(what())}`);
    }
    await wait(10);
  }
}

/** Waits until a view is in a state. */
const becomes = (view: WatchView, state: string) =>
  until(
    () => stateOf(view) === state,
    () => [state, view.read()[0].connection],
  );

/** Requests to the clusters while something is done. */
async function requestsOf(work: () => Promise<void>) {
  const before = new Set(use.sandbox.journal.list());
  await work();
  return use.sandbox.journal
    .list()
    .filter(entry => !before.has(entry) && entry.service === 'kubernetes')
    .map(({ operation }) => operation);
}

/** A fault that hits every request to a cluster, and its open watches. */
const breakCluster = (kind: FaultKind, cluster = PROD_EU) =>
  use.sandbox.faults.add({
    kind,
    service: 'kubernetes',
    target: cluster,
    delayMs: 60_000,
  });

const openSockets = () =>
  process
    .getActiveResourcesInfo()
    .filter(resource => resource === 'TCPSocketWrap').length;

describe('the watch', () => {
  it('has what the cluster has, and what changes', async () => {
    add('one');
    const view = await open();
    await becomes(view, 'live');
    expect(namesIn(view)).toEqual(['one']);

    add('two');
    await until(
      () => namesIn(view).length === 2,
      () => namesIn(view),
    );
    remove('one');
    await until(
      () => namesIn(view).length === 1,
      () => namesIn(view),
    );
    expect(view.read()[0].objects[0]).toMatchObject({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'two', namespace: 'orders' },
    });
    expect(view.read()[0].objects[0].metadata).not.toHaveProperty(
      'managedFields',
    );
  });

  it('makes of each version of an object once what a reader needs of it', async () => {
    const made: (string | undefined)[] = [];
    const part = ({ metadata }: KubernetesObject) => {
      made.push(metadata?.name);
      return { metadata: { name: metadata?.name } };
    };
    add('one');
    const view = await open({ part });
    await becomes(view, 'live');
    expect(view.read()[0].objects).toEqual([{ metadata: { name: 'one' } }]);
    const [before] = view.read()[0].objects;
    expect(view.read()[0].objects[0]).toBe(before);
    expect(made).toEqual(['one']);

    remove('one');
    add('one', { app: 'orders' });
    await until(
      () => {
        const { objects } = view.read()[0];
        return objects.length === 1 && objects[0] !== before;
      },
      () => made,
    );
    expect(made).toEqual(['one', 'one']);
    // All of it is there for those who need it.
    expect(view.read({ whole: true })[0].objects[0]).toMatchObject({
      kind: 'NetworkPolicy',
      metadata: { labels: { app: 'orders' } },
    });
    expect(made).toEqual(['one', 'one']);
  });

  it('tells those alone who look at what changed', async () => {
    const told = { mine: 0, other: 0, elsewhere: 0 };
    const mine = await open({ labelSelector: 'app=orders' }, () => {
      told.mine += 1;
    });
    await open({ labelSelector: 'app in (shop, web)' }, () => {
      told.other += 1;
    });
    await open({ namespace: 'elsewhere' }, () => {
      told.elsewhere += 1;
    });
    await becomes(mine, 'live');
    await wait(50);
    Object.assign(told, { mine: 0, other: 0, elsewhere: 0 });

    add('one', { app: 'orders' });
    add('two', { app: 'orders' });
    await until(
      () => told.mine > 0,
      () => told,
    );
    await wait(50);
    expect(namesIn(mine)).toEqual(['one', 'two']);
    expect(told).toEqual({ mine: 1, other: 0, elsewhere: 0 });
  });

  it('asks once for all who look, and lists nothing while all is well', async () => {
    const views: WatchView[] = [];
    const first = await requestsOf(async () => {
      for (let viewer = 0; viewer < 10; viewer += 1) {
        views.push(await open({ labelSelector: `viewer=${viewer}` }));
      }
      await becomes(views[9], 'live');
    });
    expect(first).toEqual([LIST, WATCH]);

    const later = await requestsOf(async () => {
      add('one');
      await wait(500);
    });
    expect(later).toEqual([]);
    expect(watch.status()).toEqual([
      expect.objectContaining({ objects: 1, views: 10 }),
    ]);
    expect(watch.counts()).toMatchObject({ lists: 1, failures: 0 });
  });

  it('goes on for a while after the last one who looked, and then ends', async () => {
    const view = await open();
    view.close();
    expect(watch.status()).toHaveLength(1);
    const again = await requestsOf(async () => {
      (await open()).close();
    });
    expect(again).toEqual([]);
    await until(
      () => watch.status().length === 0,
      () => watch.status(),
    );
  });

  it('lists again without a gap when it was away for too long', async () => {
    add('stays');
    add('goes');
    const view = await open();
    await becomes(view, 'live');
    breakCluster('server-error');
    await becomes(view, 'stale');
    remove('goes');
    const { store } = use.sandbox.cluster(PROD_EU);
    const from = store.resourceVersion;
    while (store.eventsSince(from)) {
      add('noise', {}, PROD_EU, 'noise');
      store.remove(kinds.networkPolicies, 'noise', 'noise');
    }
    expect(namesIn(view).sort()).toEqual(['goes', 'stays']);
    use.sandbox.faults.clear();
    await becomes(view, 'live');
    expect(namesIn(view)).toEqual(['stays']);
    expect(watch.counts().resyncs).toBe(1);
  });

  it('takes no Secrets, and no selector that is none', () => {
    const secrets = { group: '', version: 'v1', plural: 'secrets' };
    expect(() => watch.open([{ cluster: PROD_EU, kind: secrets }])).toThrow(
      /never watched/,
    );
    expect(() =>
      watch.open([{ cluster: PROD_EU, kind: policies, labelSelector: 'a b' }]),
    ).toThrow(/`a b` is not a requirement/);
  });

  it('knows that a kind the cluster does not have has no objects', async () => {
    const view = await open({
      kind: { group: 'nobody.example.com', version: 'v1', plural: 'things' },
    });
    await becomes(view, 'live');
    expect(namesIn(view)).toEqual([]);
  });

  it('keeps no more than it may, and says so', async () => {
    start({ maximumObjects: 2, maximumWatches: 1 });
    ['one', 'two', 'three'].forEach(name => add(name));
    const view = await open();
    expect(view.read()[0].connection).toMatchObject({
      state: 'unreachable',
      message: expect.stringMatching(
        /^cluster `prod-eu`: networkpolicies: more than 2 objects; raise eks\.watch\.maximumObjects/,
      ),
    });
    const other = await open({ cluster: BATCH_EU });
    expect(other.read()[0].connection.message).toMatch(
      /eks\.watch\.maximumWatches/,
    );
    remove('three');
    await becomes(view, 'live');
  });
});

describe.each<[FaultKind, 'denied' | 'unreachable', RegExp]>([
  ['throttle', 'unreachable', /too busy/],
  ['server-error', 'unreachable', /could not be asked/],
  ['access-denied', 'denied', /may not list networkpolicies/],
  ['expired-token', 'denied', /access denied .*access entr/],
  ['clock-skew', 'denied', /portal's clock is 20 minutes behind/],
  ['certificate-expired', 'unreachable', /certificate has expired/],
  ['certificate-foreign', 'unreachable', /not of the authority/],
  ['timeout', 'unreachable', /did not answer in time/],
  ['hang', 'unreachable', /did not answer in time/],
  ['hang-after', 'unreachable', /did not answer in time/],
  ['reset-before', 'unreachable', /could not be asked/],
  ['reset-after', 'unreachable', /could not be asked/],
  ['garbled', 'unreachable', /could not be asked/],
])('a cluster with the fault %s', (kind, state, message) => {
  beforeEach(() => start({ silenceMs: 3_500 }));

  it('is named, and leaves the others alone', async () => {
    // Long enough to be told from the time that a busy machine takes.
    const answerMs = 3_000;
    start({ answerMs });
    await clusters.kubeConfig(BATCH_EU);
    breakCluster(kind);
    add('well', {}, BATCH_EU);
    const started = Date.now();
    const both = watch.open(
      [PROD_EU, BATCH_EU].map(cluster => ({ cluster, kind: policies })),
    );
    await until(
      () => both.read()[1].connection.state === 'live',
      () => both.read(),
    );
    expect(Date.now() - started).toBeLessThan(answerMs);
    await until(
      () => both.read()[0].connection.state !== 'connecting',
      () => both.read(),
    );
    expect(both.read()[0]).toMatchObject({
      objects: [],
      connection: {
        state,
        message: expect.stringMatching(/^cluster `prod-eu`: /),
      },
    });
    expect(both.read()[0].connection.message).toMatch(message);
    expect(both.read()[1].objects).toHaveLength(1);
  });

  it('keeps what it had, says since when, and recovers by itself', async () => {
    add('one');
    const view = await open();
    await becomes(view, 'live');
    const before = new Date().toISOString();

    breakCluster(kind);
    await becomes(view, state === 'denied' ? 'denied' : 'stale');
    expect(namesIn(view)).toEqual(['one']);
    const { connection } = view.read()[0];
    expect(connection.message).toMatch(message);
    expect(connection.asOf && connection.asOf <= before).toBe(true);

    add('two');
    remove('one');
    use.sandbox.faults.clear();
    await becomes(view, 'live');
    await until(
      () => namesIn(view)[0] === 'two',
      () => namesIn(view),
    );
    expect(namesIn(view)).toEqual(['two']);
  });
});

describe('a cluster', () => {
  it('that denies the portal says what to do', async () => {
    const view = await open({ cluster: PROD_US });
    expect(view.read()[0].connection).toMatchObject({
      state: 'denied',
      message: expect.stringMatching(/access entry with AmazonEKSViewPolicy/),
    });
  });

  it('that the portal knows no more is gone', async () => {
    gone.add(BATCH_EU);
    const view = await open({ cluster: BATCH_EU });
    expect(view.read()[0].connection).toMatchObject({
      state: 'gone',
      message: expect.stringMatching(/the portal does not know it/),
    });
    gone.clear();
    await becomes(view, 'live');
  }, 40_000);

  it('whose credentials hang holds up nobody', async () => {
    watch.addSource({
      clusters: async () => [
        { name: 'slow', title: 'slow', connect: () => new Promise(() => {}) },
      ],
    });
    const view = watch.open(
      ['slow', BATCH_EU].map(cluster => ({ cluster, kind: policies })),
    );
    await until(
      () => view.read()[1].connection.state === 'live',
      () => view.read(),
    );
    await view.ready();
    expect(view.read()[0].connection).toMatchObject({ state: 'unreachable' });
  });

  it('that allows no list of all namespaces is watched by namespace', async () => {
    add('mine');
    add('theirs', {}, PROD_EU, 'payments');
    use.sandbox.faults.add({
      kind: 'access-denied',
      service: 'kubernetes',
      operation: LIST,
      remaining: 1,
    });
    const view = await open({ namespace: 'orders' });
    await becomes(view, 'live');
    expect(namesIn(view)).toEqual(['mine']);
    expect(watch.status()).toEqual([
      expect.objectContaining({
        connection: expect.objectContaining({ state: 'denied' }),
      }),
      expect.objectContaining({ namespace: 'orders', views: 1 }),
    ]);
  });
});

it('counts the watches of single namespaces', async () => {
  start({ maximumWatches: 2 });
  add('mine');
  add('theirs', {}, PROD_EU, 'payments');
  use.sandbox.faults.add({
    kind: 'access-denied',
    service: 'kubernetes',
    operation: LIST,
    remaining: 1,
  });
  const view = await open({ namespace: 'orders' });
  await becomes(view, 'live');
  const other = await open({ namespace: 'payments' });
  await becomes(other, 'unreachable');
  expect(other.read()[0]).toMatchObject({
    objects: [],
    connection: {
      message: expect.stringMatching(/2 watches are in use/),
      cause: { code: 'too-many-watches', facts: { maximum: 2 } },
    },
  });
  expect(watch.status()).toHaveLength(2);
  expect(namesIn(view)).toEqual(['mine']);
});

it('keeps what it had of a namespace when all of it is denied', async () => {
  add('mine');
  add('theirs', {}, PROD_EU, 'payments');
  const view = await open({ namespace: 'orders' });
  await becomes(view, 'live');
  breakCluster('access-denied');
  await becomes(view, 'denied');
  await until(
    () => watch.status().length === 2,
    () => watch.status(),
  );
  await until(
    () => watch.status()[1].connection.state === 'denied',
    () => watch.status(),
  );
  expect(namesIn(view)).toEqual(['mine']);
  expect(view.read()[0].connection).toMatchObject({
    state: 'denied',
    asOf: expect.any(String),
  });
  remove('mine');
  use.sandbox.faults.clear();
  await becomes(view, 'live');
  await until(
    () => namesIn(view).length === 0,
    () => namesIn(view),
  );
  expect(namesIn(view)).toEqual([]);
});

describe('a kind of an add-on', () => {
  const pools: WatchKind = {
    group: 'karpenter.sh',
    version: 'v1',
    plural: 'nodepools',
    optional: true,
  };
  const stored = {
    ...pools,
    kind: 'NodePool',
    singular: 'nodepool',
    namespaced: false,
    custom: true,
  };
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'nodepools.karpenter.sh' },
    spec: {
      group: 'karpenter.sh',
      scope: 'Cluster',
      names: { kind: 'NodePool', plural: 'nodepools' },
      versions: [{ name: 'v1', served: true, storage: true }],
    },
  };

  it('has no objects where it is not installed, and they come with it', async () => {
    const { store } = use.sandbox.cluster(BATCH_EU);
    const view = await open({ cluster: BATCH_EU, kind: pools });
    await becomes(view, 'live');
    expect(view.read()[0].objects).toEqual([]);

    // It is waited for with one small question now and then, and no list.
    const asked = await requestsOf(() => wait(400).then(() => {}));
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.filter(operation => operation.startsWith('list'))).toEqual([]);

    store.create(kinds.customResourceDefinitions, definition);
    store.create(stored, {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: { name: 'general' },
    });
    await until(
      () => namesIn(view).length > 0,
      () => view.read(),
    );
    expect(namesIn(view)).toEqual(['general']);
    expect(stateOf(view)).toBe('live');
    store.remove(stored, undefined, 'general');
    store.remove(
      kinds.customResourceDefinitions,
      undefined,
      definition.metadata.name,
    );
  });

  it('that the role may not read is asked for seldom', async () => {
    const secret: WatchKind = {
      group: 'rbac.authorization.k8s.io',
      version: 'v1',
      plural: 'clusterroles',
    };
    const often = await requestsOf(async () => {
      await becomes(await open({ kind: secret }), 'denied');
      await wait(1_000);
    });
    expect(often.length).toBeGreaterThan(2);
    start();
    const seldom = await requestsOf(async () => {
      await becomes(
        await open({ kind: { ...secret, optional: true } }),
        'denied',
      );
      await wait(1_000);
    });
    expect(seldom).toEqual(['list clusterroles.rbac.authorization.k8s.io']);
  });
});

describe('a kind that there is too much of', () => {
  const events: WatchKind = {
    group: '',
    version: 'v1',
    plural: 'events',
    fieldSelector: 'reason!=Pulled,reason!=Created',
    byNamespace: true,
    newest: 3,
  };
  const tell = (name: string, reason: string, namespace = 'orders') =>
    use.sandbox.cluster(PROD_EU).store.create(kinds.events, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      ...{ reason },
    });
  afterEach(() => {
    const { store } = use.sandbox.cluster(PROD_EU);
    for (const { metadata } of store.list(kinds.events)) {
      store.remove(kinds.events, metadata.namespace, metadata.name);
    }
  });

  it('is watched in the namespace that is asked for, and chosen by the cluster', async () => {
    tell('mine', 'FailedScheduling');
    tell('dull', 'Pulled');
    tell('theirs', 'FailedScheduling', 'payments');
    const view = await open({ kind: events, namespace: 'orders' });
    await becomes(view, 'live');
    expect(namesIn(view)).toEqual(['mine']);
    expect(watch.status()).toMatchObject([{ namespace: 'orders', objects: 1 }]);

    tell('dull-too', 'Created');
    tell('late', 'Unhealthy');
    await until(
      () => namesIn(view).length === 2,
      () => namesIn(view),
    );
    expect(namesIn(view)).toEqual(['mine', 'late']);
  });

  it('is kept as far as it was heard of last', async () => {
    const view = await open({ kind: events, namespace: 'orders' });
    await becomes(view, 'live');
    for (const name of ['one', 'two', 'three', 'four', 'five']) {
      tell(name, 'Unhealthy');
    }
    await until(
      () => namesIn(view).includes('five'),
      () => namesIn(view),
    );
    expect(namesIn(view)).toEqual(['three', 'four', 'five']);

    start();
    const listed = await open({ kind: events, namespace: 'orders' });
    expect(namesIn(listed)).toHaveLength(3);
  });

  it('is asked for by namespace, or not at all', () => {
    expect(() => watch.open([{ cluster: PROD_EU, kind: events }])).toThrow(
      'events are watched in single namespaces: name one',
    );
  });
});

describe('usage figures', () => {
  it('are read once per interval for all', async () => {
    const asked = await requestsOf(async () => {
      const readings = await Promise.all(
        Array.from({ length: 10 }, () =>
          watch.podMetrics({ cluster: PROD_EU, namespace: 'orders' }),
        ),
      );
      readings.forEach(({ connection }) =>
        expect(connection.state).toBe('live'),
      );
    });
    expect(asked).toEqual(['list pods.metrics.k8s.io']);
  });

  it('are the same until they are read again, and of those that are asked for', async () => {
    start({ metricsMs: 2_000 });
    const read = async (query: Partial<WatchQuery> = {}) => {
      const asked = { cluster: PROD_EU, ...query };
      return (await watch.podMetrics(asked)).objects;
    };
    const name = 'app.kubernetes.io/name';
    const namespace = 'kube-system';
    const labelSelector = `${name}=metrics-server`;
    let some = await read({ namespace, labelSelector });
    while (some.length < 2) {
      await wait(100);
      some = await read({ namespace, labelSelector });
    }
    expect(some[0]).toMatchObject({
      apiVersion: 'metrics.k8s.io/v1beta1',
      kind: 'PodMetrics',
      metadata: { namespace, labels: { [name]: 'metrics-server' } },
      containers: [
        { name: 'metrics-server', usage: { cpu: expect.any(String) } },
      ],
    });
    const all = await read();
    expect(all).toContain(some[0]);
    expect(all.length).toBeGreaterThan(some.length);
    expect(await read({ namespace: 'elsewhere' })).toEqual([]);
    expect(await read({ labelSelector: `${name}=nothing` })).toEqual([]);

    await wait(2_000);
    expect(await read()).not.toContain(some[0]);
  });

  it('that are not to be had say why', async () => {
    breakCluster('access-denied');
    expect(await watch.podMetrics({ cluster: PROD_EU })).toMatchObject({
      objects: [],
      connection: {
        state: 'denied',
        message: expect.stringMatching(/may not list pods\.metrics\.k8s\.io/),
      },
    });
  });
});

it('leaves no connection behind, however often it is opened', async () => {
  add('one');
  for (let cycle = 0; cycle < 100; cycle += 1) {
    start();
    (await open()).close();
  }
  watch.stop();
  await until(() => openSockets() === 0, openSockets);
  expect(openSockets()).toBe(0);
});
