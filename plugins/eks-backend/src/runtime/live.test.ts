import {
  mockCredentials,
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  applyRuntimePatch,
  type Runtime,
  type RuntimeResponse,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  onClusters,
  PROD_EU,
  PROD_US,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import { kinds } from '@slipway/sandbox';
import request from 'supertest';
import { openEvents, type EventReader } from '../__testUtils__/eventStream';
import { readyPods, runOrders } from '../__testUtils__/ordersInSandbox';
import { schemaProblems } from '../__testUtils__/schemaProblems';
import { useSandbox } from '../__testUtils__/useSandbox';
import eksPlugin from '../index';

const PATH = '/api/eks/runtime/component/default/orders';
const STAGING_US = 'arn:aws:eks:us-east-1:444455556666:cluster/staging-us';
const use = useSandbox();
let backend: TestBackend | undefined;
let readers: EventReader[] = [];

beforeAll(async () => {
  await runOrders(use.sandbox, 'prod-eu', { namespace: 'orders' });
}, 60_000);

async function start(entities: Entity[]) {
  backend = await startTestBackend({
    features: [
      eksPlugin,
      catalogServiceMock.factory({ entities }),
      mockServices.rootConfig.factory({ data: use.sandbox.config }),
    ],
  });
  return backend;
}

afterEach(async () => {
  readers.forEach(reader => reader.close());
  readers = [];
  await backend?.stop();
  backend = undefined;
});

/** A viewer with the state that it has by now. */
class Viewer {
  runtime: Runtime | undefined;
  /** Where patches were not what the schema says. */
  readonly problems: string[] = [];

  constructor(private readonly reader: EventReader) {}

  async until(holds: (runtime: Runtime) => boolean): Promise<Runtime> {
    while (!this.runtime || !holds(this.runtime)) {
      const { event, data } = await this.reader.next();
      if (event === 'snapshot') {
        const answer: RuntimeResponse = JSON.parse(data);
        this.runtime = answer.runtime;
      } else if (event === 'patch' && this.runtime) {
        this.problems.push(...schemaProblems('RuntimePatch', JSON.parse(data)));
        this.runtime = applyRuntimePatch(this.runtime, JSON.parse(data));
      }
    }
    return this.runtime;
  }
}

async function look(started: TestBackend): Promise<Viewer> {
  const reader = await openEvents(started, PATH, {
    authorization: mockCredentials.user.header(),
  });
  readers.push(reader);
  return new Viewer(reader);
}

const readyIn = (runtime: Runtime, title: string) =>
  runtime.clusters
    .find(cluster => cluster.title === title)
    ?.pods.filter(({ state }) => state === 'ready')
    .map(({ name }) => name)
    .sort();
const kubernetesCalls = () =>
  use.sandbox.journal
    .list({ service: 'kubernetes', target: PROD_EU })
    .map(({ operation }) => operation);

/** How many calls there were, when there are no more for a while. */
async function atRest(): Promise<number> {
  for (;;) {
    const before = kubernetesCalls().length;
    await new Promise(resolve => setTimeout(resolve, 1_000));
    if (kubernetesCalls().length === before) {
      return before;
    }
  }
}

describe('over real connections', () => {
  it('a change of a pod reaches a viewer, and a reader of snapshots', async () => {
    const started = await start([onClusters(PROD_EU)]);
    const viewer = await look(started);
    await viewer.until(runtime => readyIn(runtime, 'prod-eu')?.length === 2);

    const { store } = use.sandbox.cluster('prod-eu');
    const [victim] = readyPods(use.sandbox, 'prod-eu', 'orders');
    const since = performance.now();
    store.remove(kinds.pods, 'orders', victim, { gracePeriodSeconds: 0 });
    await viewer.until(
      runtime => !runtime.clusters[0].pods.some(({ name }) => name === victim),
    );
    expect(performance.now() - since).toBeLessThan(500);

    await viewer.until(runtime => readyIn(runtime, 'prod-eu')?.length === 2);
    expect(viewer.problems).toEqual([]);
    const { body } = await request(started.server).get(PATH);
    expect(schemaProblems('RuntimeResponse', body)).toEqual([]);
    expect(readyIn(body.runtime, 'prod-eu')).toEqual(
      readyPods(use.sandbox, 'prod-eu', 'orders').sort(),
    );
  });

  it('ten viewers cause no more requests than one', async () => {
    // The backend of the test before may have begun to read facts.
    const before = await atRest();
    const started = await start([onClusters(PROD_EU)]);
    const first = await look(started);
    await first.until(runtime => readyIn(runtime, 'prod-eu')?.length === 2);
    const others = await Promise.all(
      Array.from({ length: 9 }, () => look(started)),
    );
    await Promise.all(
      others.map(viewer =>
        viewer.until(runtime => readyIn(runtime, 'prod-eu')?.length === 2),
      ),
    );
    const { store } = use.sandbox.cluster('prod-eu');
    const [victim] = readyPods(use.sandbox, 'prod-eu', 'orders');
    store.remove(kinds.pods, 'orders', victim, { gracePeriodSeconds: 0 });
    await Promise.all(
      others.map(viewer =>
        viewer.until(
          ({ clusters }) =>
            !clusters[0].pods.some(({ name }) => name === victim),
        ),
      ),
    );
    const asked = kubernetesCalls().slice(before);
    expect(asked).toContain('list pods');
    expect(asked).toContain('watch pods');
    expect(asked).toEqual([...new Set(asked)]);
  });

  it('one cluster that denies and one that hangs delay nothing', async () => {
    // prod-us lets the portal in nowhere; staging-us never answers.
    use.sandbox.faults.add({
      kind: 'hang',
      service: 'kubernetes',
      target: STAGING_US,
    });
    const started = await start([onClusters(PROD_EU, PROD_US, STAGING_US)]);
    const since = performance.now();
    const { status, body } = await request(started.server).get(PATH);
    expect(performance.now() - since).toBeLessThan(3_000);
    expect(status).toBe(200);
    expect(readyIn(body.runtime, 'prod-eu')).toHaveLength(2);
    expect(schemaProblems('RuntimeResponse', body)).toEqual([]);
    const states = Object.fromEntries(
      body.runtime.clusters.map(
        ({ title, connection }: Runtime['clusters'][0]) => [
          title,
          connection?.state,
        ],
      ),
    );
    expect(states).toEqual({
      'prod-eu': 'live',
      'prod-us': 'denied',
      'staging-us': 'connecting',
    });

    const again = performance.now();
    await request(started.server).get(PATH);
    // A cluster that hangs has ten seconds to begin an answer. How fast this is
    // otherwise is for the benchmark to say.
    expect(performance.now() - again).toBeLessThan(1_000);
  });

  it('a label selector that is none is the entity’s to correct', async () => {
    const entity = onClusters(PROD_EU);
    const started = await start([
      {
        ...entity,
        metadata: {
          ...entity.metadata,
          annotations: {
            ...entity.metadata.annotations,
            'backstage.io/kubernetes-label-selector': 'app in (',
          },
        },
      },
    ]);
    const { status, body } = await request(started.server).get(PATH);
    expect(status).toBe(400);
    expect(body.error.message).toMatch(/app in \(/);
    const reader = await openEvents(started, PATH, {
      authorization: mockCredentials.user.header(),
    });
    expect(reader.status).toBe(400);
  });

  it('tables get a line for each entity', async () => {
    const started = await start([onClusters(PROD_EU)]);
    const { status, body } = await request(started.server)
      .post('/api/eks/runtimes')
      .send({
        entityRefs: ['component:default/orders', 'component:default/nothing'],
      });
    expect(status).toBe(200);
    expect(schemaProblems('RuntimesResponse', body)).toEqual([]);
    expect(body.items).toEqual([
      {
        entityRef: 'component:default/orders',
        summary: expect.objectContaining({ ready: 2, health: 'healthy' }),
      },
      {
        entityRef: 'component:default/nothing',
        error: expect.stringMatching(/the catalog has no such entity/),
      },
    ]);
    const refused = await request(started.server)
      .post('/api/eks/runtimes')
      .send({ entityRefs: Array.from({ length: 101 }, () => 'component:a') });
    expect(refused.status).toBe(400);
  });
});
