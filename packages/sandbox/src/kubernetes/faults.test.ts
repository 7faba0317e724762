import type { KubeConfig } from '@kubernetes/client-node';
import { clientNode } from './clientNode';
import { configMap, request } from './__testUtils__/request';
import {
  startTestCluster,
  until,
  type TestCluster,
} from './__testUtils__/testCluster';
import { kinds } from './kinds';

const { ApiException, CoreV1Api } = clientNode;

const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/test';
const maps = '/api/v1/namespaces/shop/configmaps';
let cluster: TestCluster;
let admin: KubeConfig;

beforeAll(async () => {
  cluster = await startTestCluster();
  admin = cluster.kubeConfig('admin');
  cluster.standIn.store.create(kinds.namespaces, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop' },
  });
});

afterEach(() => cluster.faults.clear());
afterAll(() => cluster?.stop());

describe('faults', () => {
  it.each([
    ['throttle', 429, 'TooManyRequests'],
    ['server-error', 500, 'InternalError'],
    ['access-denied', 403, 'Forbidden'],
    ['expired-token', 401, 'Unauthorized'],
    ['timeout', 504, 'Timeout'],
  ] as const)('%s answers %d once', async (kind, code, reason) => {
    cluster.faults.add({
      kind,
      service: 'kubernetes',
      operation: 'list configmaps',
      target: arn,
      remaining: 1,
      delayMs: 1,
    });
    const answer = await request(admin, 'GET', maps);
    expect(answer.body).toMatchObject({ kind: 'Status', code, reason });
    expect(answer.headers['retry-after']).toBe(
      kind === 'throttle' ? '1' : undefined,
    );
    expect((await request(admin, 'GET', maps)).status).toBe(200);
    const core = admin.makeApiClient(CoreV1Api);
    cluster.faults.add({ kind, service: 'kubernetes', delayMs: 1 });
    await expect(
      core.listNamespacedConfigMap({ namespace: 'shop' }),
    ).rejects.toThrow(ApiException);
  });

  it('cuts before the call has an effect, or after it', async () => {
    for (const [kind, made] of [
      ['reset-before', false],
      ['reset-after', true],
    ] as const) {
      cluster.faults.add({
        kind,
        service: 'kubernetes',
        operation: 'create configmaps',
        remaining: 1,
      });
      await expect(
        request(admin, 'POST', maps, { body: configMap(kind) }),
      ).rejects.toThrow(/socket hang up|ECONNRESET/);
      expect((await request(admin, 'GET', `${maps}/${kind}`)).status).toBe(
        made ? 200 : 404,
      );
    }
  });

  it('cuts a watch that has begun', async () => {
    cluster.faults.add({
      kind: 'reset-after',
      service: 'kubernetes',
      operation: 'watch configmaps',
      remaining: 1,
    });
    await expect(request(admin, 'GET', `${maps}?watch=true`)).rejects.toThrow();
  });

  it.each(['reset-before', 'server-error'] as const)(
    'ends a watch that goes on when %s begins',
    async kind => {
      const watching = request(admin, 'GET', `${maps}?watch=true`).then(
        () => 'ended',
        () => 'cut',
      );
      await until(async () =>
        cluster.journal
          .list()
          .some(({ operation }) => operation === 'watch configmaps'),
      );
      cluster.faults.add({ kind, service: 'kubernetes', target: arn });
      expect(await watching).toBe(kind === 'server-error' ? 'ended' : 'cut');
    },
  );

  it('answers half a document', async () => {
    cluster.faults.add({
      kind: 'garbled',
      service: 'kubernetes',
      remaining: 1,
    });
    const core = admin.makeApiClient(CoreV1Api);
    await expect(
      core.listNamespacedConfigMap({ namespace: 'shop' }),
    ).rejects.toThrow(/JSON/);
    expect((await request(admin, 'GET', maps)).status).toBe(200);
  });

  it('leaves a call hanging until somebody ends the connection', async () => {
    const another = await startTestCluster();
    another.faults.add({ kind: 'hang', service: 'kubernetes', remaining: 1 });
    let ended = false;
    const hanging = request(another.kubeConfig('admin'), 'GET', maps).catch(
      (error: Error) => {
        ended = true;
        return error;
      },
    );
    await until(async () =>
      another.journal.list().some(({ error }) => error === 'hang'),
    );
    expect(ended).toBe(false);
    await another.stop();
    expect(await hanging).toMatchObject({ code: 'ECONNRESET' });
  });

  it('leaves a call hanging that has had its effect', async () => {
    const another = await startTestCluster();
    another.faults.add({
      kind: 'hang-after',
      service: 'kubernetes',
      operation: 'create namespaces',
    });
    const hanging = request(
      another.kubeConfig('admin'),
      'POST',
      '/api/v1/namespaces',
      {
        body: {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: 'made' },
        },
      },
    ).catch((error: Error) => error);
    await until(async () =>
      another.journal.list().some(({ error }) => error === 'hang'),
    );
    expect(
      another.standIn.store.get(kinds.namespaces, undefined, 'made'),
    ).toBeDefined();
    await another.stop();
    expect(await hanging).toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('the journal', () => {
  it('has every request with its outcome', async () => {
    await request(admin, 'GET', `${maps}/nobody`);
    await request(
      admin,
      'GET',
      '/apis/apps/v1/deployments?watch=true&timeoutSeconds=1',
    );
    const entries = cluster.journal.list({ target: arn });
    expect(entries.slice(-2)).toMatchObject([
      {
        service: 'kubernetes',
        operation: 'get configmaps',
        accountId: '111122223333',
        region: 'eu-west-1',
        caller: 'admin',
        status: 404,
        error: 'NotFound',
      },
      { operation: 'watch deployments.apps', status: 200 },
    ]);
  });
});
