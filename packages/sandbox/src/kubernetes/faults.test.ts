import type { KubeConfig } from '@kubernetes/client-node';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
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
    ['clock-skew', 401, 'Unauthorized'],
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

  it('tells the time of a clock that is wrong', async () => {
    cluster.faults.add({ kind: 'clock-skew', service: 'kubernetes' });
    const { headers } = await request(admin, 'GET', maps);
    const ahead = Date.parse(`${headers.date}`) - Date.now();
    expect(Math.round(ahead / 60_000)).toBe(20);
  });

  it.each([
    ['certificate-expired', 'CERT_HAS_EXPIRED'],
    ['certificate-foreign', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ] as const)(
    'shows a wrong certificate while %s is on, and cuts who is connected',
    async (kind, code) => {
      const watches = () =>
        cluster.journal
          .list()
          .filter(({ operation }) => operation === 'watch configmaps').length;
      const before = watches();
      const watching = request(admin, 'GET', `${maps}?watch=true`).catch(
        (error: Error) => error,
      );
      await until(async () => watches() > before);
      const fault = cluster.faults.add({
        kind,
        service: 'kubernetes',
        target: arn,
      });
      expect(await watching).toMatchObject({ code: 'ECONNRESET' });
      await expect(request(admin, 'GET', maps)).rejects.toMatchObject({ code });
      cluster.faults.remove(fault.id);
      await until(() =>
        request(admin, 'GET', maps).then(
          ({ status }) => status === 200,
          () => false,
        ),
      );
    },
  );

  it('shows its own certificate while the fault is that of another', async () => {
    cluster.faults.add({
      kind: 'certificate-expired',
      service: 'kubernetes',
      target: `${arn}-2`,
    });
    expect((await request(admin, 'GET', maps)).status).toBe(200);
  });

  it('begins an answer of which nothing more arrives', async () => {
    const another = await startTestCluster();
    another.faults.add({ kind: 'hang-after', service: 'kubernetes' });
    const { server = '' } =
      another.kubeConfig('admin').getCurrentCluster() ?? {};
    const asking = https.get(`${server}/api/v1/pods`, {
      rejectUnauthorized: false,
      headers: { authorization: 'Bearer admin' },
    });
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      asking.once('response', resolve).once('error', reject);
    });
    expect(response.statusCode).toBe(200);
    const read = response.toArray().catch((error: Error) => error);
    expect(await Promise.race([read, wait(200).then(() => 'nothing')])).toBe(
      'nothing',
    );
    await another.stop();
    expect(await read).toMatchObject({ code: 'ECONNRESET' });
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
