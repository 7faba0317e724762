import type { KubeConfig } from '@kubernetes/client-node';
import {
  configMap,
  deployment,
  podSpec,
  request,
  restrictedSecurity,
  type RequestParts,
} from './__testUtils__/request';
import {
  startTestCluster,
  type TestCluster,
} from './__testUtils__/testCluster';
import { kinds } from './kinds';

const maps = '/api/v1/namespaces/shop/configmaps';
const deployments = '/apis/apps/v1/namespaces/shop/deployments';
let cluster: TestCluster;
let admin: KubeConfig;

beforeAll(async () => {
  cluster = await startTestCluster();
  admin = cluster.kubeConfig('admin');
  for (const [name, labels] of [
    ['shop', {}],
    [
      'strict',
      {
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
      },
    ],
  ] as const) {
    cluster.standIn.store.create(kinds.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    });
  }
});

afterAll(() => cluster?.stop());

const send = (method: string, path: string, parts: RequestParts = {}) =>
  request(admin, method, path, parts);
const post = (path: string, body: object) => send('POST', path, { body });
const patch = (path: string, type: string, body: object) =>
  send('PATCH', path, {
    body,
    headers: { 'content-type': `application/${type}` },
  });

describe('create', () => {
  it('makes up what the server decides', async () => {
    const { status, body } = await post(deployments, deployment('orders'));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      metadata: {
        uid: expect.any(String),
        resourceVersion: expect.stringMatching(/^\d+$/),
        creationTimestamp: expect.any(String),
        generation: 1,
        namespace: 'shop',
      },
      spec: {
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
        },
        template: { spec: { restartPolicy: 'Always' } },
      },
    });
  });

  it('completes generated names', async () => {
    const { body } = await post(maps, {
      ...configMap('x'),
      metadata: { generateName: 'config-' },
    });
    expect(body.metadata.name).toMatch(/^config-[a-z0-9]{5}$/);
  });

  it('refuses what exists, and what has no namespace', async () => {
    await post(maps, configMap('twice'));
    expect((await post(maps, configMap('twice'))).body).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'configmaps "twice" already exists',
    });
    expect(
      (await post('/api/v1/namespaces/nowhere/configmaps', configMap('a')))
        .body,
    ).toMatchObject({
      code: 404,
      message: 'namespaces "nowhere" not found',
    });
  });

  it.each([
    ['namespaces', '/api/v1/namespaces', 'Shop', 'v1', 'Namespace'],
    ['namespaces', '/api/v1/namespaces', 'a'.repeat(64), 'v1', 'Namespace'],
    ['config maps', maps, 'a..b', 'v1', 'ConfigMap'],
  ])('refuses bad names of %s', async (_, path, name, apiVersion, kind) => {
    const { body } = await post(path, { apiVersion, kind, metadata: { name } });
    expect(body).toMatchObject({
      code: 422,
      reason: 'Invalid',
      details: {
        name,
        kind,
        causes: [{ field: 'metadata.name', reason: 'FieldValueInvalid' }],
      },
    });
    expect(body.message).toContain(`${kind} "${name}" is invalid`);
  });

  it('refuses another kind, name or namespace than the path has', async () => {
    for (const body of [
      { ...configMap('a'), kind: 'Secret' },
      { ...configMap('a'), metadata: { name: 'a', namespace: 'other' } },
    ]) {
      expect((await post(maps, body)).body.reason).toBe('BadRequest');
    }
    expect(
      (await send('PUT', `${maps}/twice`, { body: configMap('a') })).status,
    ).toBe(400);
    expect(
      (await send('POST', maps, { body: '{', headers: {} })).body.reason,
    ).toBe('BadRequest');
    expect(
      (
        await send('POST', maps, {
          body: 'x',
          headers: { 'content-type': 'application/vnd.kubernetes.protobuf' },
        })
      ).status,
    ).toBe(415);
  });

  it('changes nothing when it is only tried', async () => {
    const tried = await post(`${maps}?dryRun=All`, configMap('tried'));
    expect(tried.status).toBe(201);
    expect((await send('GET', `${maps}/tried`)).status).toBe(404);
    expect((await post(`${maps}?dryRun=All`, configMap('twice'))).status).toBe(
      409,
    );
  });
});

describe('fields that a kind does not have', () => {
  const odd = {
    ...deployment('odd'),
    spec: { ...deployment('odd').spec, replica: 3 },
  };

  it('are refused when strict', async () => {
    expect(
      (await post(`${deployments}?fieldValidation=Strict`, odd)).body,
    ).toMatchObject({
      code: 400,
      message: expect.stringContaining(
        'strict decoding error: unknown field "spec.replica"',
      ),
    });
  });

  it('are dropped with a warning otherwise, or without', async () => {
    const warned = await post(`${deployments}?dryRun=All`, odd);
    expect(warned.status).toBe(201);
    expect(warned.body.spec.replica).toBeUndefined();
    expect(warned.headers.warning).toBe(
      '299 - "unknown field \\"spec.replica\\""',
    );
    const ignored = await post(
      `${deployments}?dryRun=All&fieldValidation=Ignore`,
      odd,
    );
    expect(ignored.headers.warning).toBeUndefined();
  });

  it('may be anything in a custom kind, which its definition serves', async () => {
    const custom = '/apis/shop.example/v1/widgets';
    const widget = {
      apiVersion: 'shop.example/v1',
      kind: 'Widget',
      metadata: { name: 'w' },
      spec: { anything: { goes: true } },
    };
    expect((await post(custom, widget)).status).toBe(404);
    await post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.shop.example' },
      spec: {
        group: 'shop.example',
        scope: 'Cluster',
        names: { kind: 'Widget', plural: 'widgets' },
        versions: [{ name: 'v1', served: true, storage: true }],
      },
    });
    const made = await post(`${custom}?fieldValidation=Strict`, widget);
    expect(made.status).toBe(201);
    expect(made.body.spec).toEqual({ anything: { goes: true } });
    expect(
      (await patch(`${custom}/w`, 'strategic-merge-patch+json', {})).status,
    ).toBe(415);
  });

  it('must have the right type', async () => {
    expect(
      (await post(deployments, deployment('odd', { replicas: 'three' }))).body,
    ).toMatchObject({
      code: 400,
      message: expect.stringContaining(
        'cannot unmarshal string into Go struct field Deployment.spec.replicas of type int32',
      ),
    });
  });
});

describe('update and patch', () => {
  beforeAll(async () => {
    await post(maps, configMap('m', { a: '1', b: '2' }));
    await post(
      deployments,
      deployment('patched', {
        template: {
          metadata: { labels: { app: 'patched' } },
          spec: {
            containers: [
              { name: 'app', image: 'app:1', env: [{ name: 'A', value: '1' }] },
              { name: 'side', image: 'side:1' },
            ],
          },
        },
      }),
    );
  });

  it('refuses an update of an old version', async () => {
    const { body: old } = await send('GET', `${maps}/m`);
    await send('PUT', `${maps}/m`, {
      body: { ...old, data: { a: '1', b: '3' } },
    });
    const late = await send('PUT', `${maps}/m`, { body: old });
    expect(late.body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "m": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  it('applies JSON patches, all or nothing', async () => {
    const done = await patch(`${maps}/m`, 'json-patch+json', [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'remove', path: '/data/b' },
      { op: 'add', path: '/data/c', value: '4' },
    ]);
    expect(done.body.data).toEqual({ a: '1', c: '4' });
    const refused = await patch(`${maps}/m`, 'json-patch+json', [
      { op: 'remove', path: '/data/a' },
      { op: 'test', path: '/data/c', value: 'other' },
    ]);
    expect(refused.body).toMatchObject({ code: 422, reason: 'Invalid' });
    expect((await send('GET', `${maps}/m`)).body.data.a).toBe('1');
  });

  it('applies merge patches', async () => {
    const { body } = await patch(`${maps}/m`, 'merge-patch+json', {
      data: { a: null, d: '5' },
    });
    expect(body.data).toEqual({ c: '4', d: '5' });
  });

  it('merges lists by key in strategic merge patches', async () => {
    const { body } = await patch(
      `${deployments}/patched`,
      'strategic-merge-patch+json',
      {
        spec: {
          template: {
            spec: {
              containers: [
                { name: 'app', image: 'app:2' },
                { name: 'side', $patch: 'delete' },
              ],
            },
          },
        },
      },
    );
    expect(body.spec.template.spec.containers).toMatchObject([
      { name: 'app', image: 'app:2', env: [{ name: 'A', value: '1' }] },
    ]);
    expect(body.metadata.generation).toBe(2);
  });

  it('refuses a patch in a form it does not know', async () => {
    expect((await patch(`${maps}/m`, 'text', {})).status).toBe(415);
  });

  it('keeps status and spec apart', async () => {
    const cronJobs = '/apis/batch/v1/namespaces/shop/cronjobs';
    const path = `${cronJobs}/import`;
    const template = { spec: { ...podSpec(), restartPolicy: 'Never' } };
    const { body: before } = await post(cronJobs, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'import' },
      spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template } } },
    });
    const [first, second] = ['2026-11-01T03:00:00Z', '2026-11-02T03:00:00Z'];
    await patch(`${path}/status`, 'merge-patch+json', {
      spec: { suspend: true },
      status: { lastScheduleTime: first },
    });
    const { body: after } = await send('GET', path);
    expect(after.status.lastScheduleTime).toBe(first);
    expect(after.spec.suspend).toBe(false);
    expect(after.metadata.generation).toBe(before.metadata.generation);
    const status = { lastScheduleTime: second };
    await patch(path, 'merge-patch+json', { status });
    expect((await send('GET', path)).body.status.lastScheduleTime).toBe(first);
  });

  it('scales', async () => {
    const path = `${deployments}/patched/scale`;
    expect((await send('GET', path)).body).toMatchObject({
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      spec: { replicas: 1 },
      status: { selector: 'app=patched' },
    });
    await patch(path, 'merge-patch+json', { spec: { replicas: 3 } });
    expect(
      (await send('GET', `${deployments}/patched`)).body.spec.replicas,
    ).toBe(3);
    expect(
      (await patch(path, 'merge-patch+json', { spec: { replicas: -1 } }))
        .status,
    ).toBe(422);
    expect((await send('GET', `${maps}/m/scale`)).status).toBe(404);
  });

  it('refuses to change what cannot be changed', async () => {
    const { body } = await patch(`${deployments}/patched`, 'merge-patch+json', {
      spec: {
        selector: { matchLabels: { app: 'other' } },
        template: { metadata: { labels: { app: 'other' } } },
      },
    });
    expect(body.details.causes).toEqual([
      {
        field: 'spec.selector',
        reason: 'FieldValueInvalid',
        message: expect.stringContaining('field is immutable'),
      },
    ]);
  });
});

describe('validation', () => {
  const causes = async (path: string, body: object): Promise<string[]> =>
    ((await post(path, body)).body.details?.causes ?? []).map(
      ({ field }: { field: string }) => field,
    );
  const inGroup = (group: string, plural: string) =>
    `/apis/${group}/namespaces/shop/${plural}`;
  const spec = (apiVersion: string, kind: string, value: object) => ({
    apiVersion,
    kind,
    metadata: { name: 'checked' },
    spec: value,
  });
  const target = { kind: 'Deployment', name: 'orders' };

  it.each<[string, string, object, string[]]>([
    [
      'a Deployment whose selector misses its pods',
      deployments,
      deployment('checked', { selector: { matchLabels: { app: 'other' } } }),
      ['spec.template.metadata.labels'],
    ],
    [
      'a container without an image, with a port twice and too small a limit',
      deployments,
      deployment('checked', {
        template: {
          metadata: { labels: { app: 'checked' } },
          spec: podSpec({
            image: undefined,
            ports: [
              { name: 'http', containerPort: 8080 },
              { name: 'http', containerPort: 70000 },
            ],
            resources: { requests: { cpu: '2' }, limits: { cpu: '100m' } },
          }),
        },
      }),
      [
        'spec.template.spec.containers[0].image',
        'spec.template.spec.containers[0].ports[1].containerPort',
        'spec.template.spec.containers[0].ports[1].name',
        'spec.template.spec.containers[0].resources.requests',
      ],
    ],
    [
      'a mount of no volume',
      deployments,
      deployment('checked', {
        template: {
          metadata: { labels: { app: 'checked' } },
          spec: podSpec({ volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] }),
        },
      }),
      ['spec.template.spec.containers[0].volumeMounts[0].name'],
    ],
    [
      'an autoscaler whose least is more than its most',
      inGroup('autoscaling/v2', 'horizontalpodautoscalers'),
      spec('autoscaling/v2', 'HorizontalPodAutoscaler', {
        scaleTargetRef: target,
        minReplicas: 5,
        maxReplicas: 2,
      }),
      ['spec.maxReplicas'],
    ],
    [
      'a Service with two nameless ports',
      '/api/v1/namespaces/shop/services',
      spec('v1', 'Service', { ports: [{ port: 80 }, { port: 81 }] }),
      ['spec.ports[0].name', 'spec.ports[1].name'],
    ],
    [
      'a budget that says both',
      inGroup('policy/v1', 'poddisruptionbudgets'),
      spec('policy/v1', 'PodDisruptionBudget', {
        selector: {},
        minAvailable: 1,
        maxUnavailable: 1,
      }),
      ['spec'],
    ],
    [
      'an Ingress path of no type',
      inGroup('networking.k8s.io/v1', 'ingresses'),
      spec('networking.k8s.io/v1', 'Ingress', {
        rules: [
          {
            http: {
              paths: [
                {
                  path: '/',
                  backend: { service: { name: 'a', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      }),
      ['spec.rules[0].http.paths[0].pathType'],
    ],
    [
      'labels that are none',
      maps,
      configMap('checked', {}, { 'a b': 'c', d: 'e f' }),
      ['metadata.labels', 'metadata.labels'],
    ],
  ])('refuses %s', async (_, path, body, fields) => {
    expect(await causes(path, body)).toEqual(fields);
  });
});

describe('Pod Security', () => {
  const pods = '/api/v1/namespaces/strict/pods';
  const pod = (container: object) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: podSpec(container),
  });

  it('refuses pods in namespaces that enforce it', async () => {
    const { body } = await post(pods, pod({}));
    expect(body).toMatchObject({ code: 403, reason: 'Forbidden' });
    expect(body.message).toMatch(
      /^pods "p" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "app" must set/,
    );
    expect(
      (await post(pods, pod({ securityContext: restrictedSecurity }))).status,
    ).toBe(201);
  });

  it('warns of templates whose pods would be refused', async () => {
    const { status, headers } = await post(
      '/apis/apps/v1/namespaces/strict/deployments?dryRun=All',
      deployment('orders'),
    );
    expect(status).toBe(201);
    expect(headers.warning).toMatch(
      'would violate PodSecurity \\"restricted:latest\\"',
    );
  });
});
