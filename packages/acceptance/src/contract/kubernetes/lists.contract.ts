import { configMap, core, inGroup, make, names, podSpec } from './objects';
import {
  about,
  type ContractCase,
  type KubernetesTarget,
  until,
} from './types';

/** A namespace with the config maps `a`, `b` and `c`, each with labels. */
async function threeMaps(target: KubernetesTarget) {
  const maps = core(await target.namespace(), 'configmaps');
  for (const [name, tier] of [
    ['a', 'web'],
    ['b', 'web'],
    ['c', 'data'],
  ]) {
    await make(
      target,
      maps,
      configMap(name, {}, { labels: { tier, [name]: 'yes', mine: 'yes' } }),
    );
  }
  return maps;
}

const selected = (selector: string, expected: string[]) =>
  async function check(target: KubernetesTarget) {
    const maps = await threeMaps(target);
    const answer = await target.send(
      'GET',
      `${maps}?labelSelector=${encodeURIComponent(selector)}`,
    );
    expect(names(answer)).toEqual(expected);
  };

const lists: ContractCase[] = about('list', {
  'selects by labels: tier=web': selected('tier=web', ['a', 'b']),
  'selects by labels: tier==web,a': selected('tier==web,a', ['a']),
  'selects by labels: tier!=web,mine': selected('tier!=web,mine', ['c']),
  'selects by labels: tier in (data, other)': selected(
    'tier in (data, other)',
    ['c'],
  ),
  'selects by labels: tier notin (data),!a,mine': selected(
    'tier notin (data),!a,mine',
    ['b'],
  ),

  async 'refuses a label selector that is none'(target) {
    const maps = await threeMaps(target);
    for (const selector of ['a in b', 'a=b=c', '=a', 'a in (b']) {
      const { status, body } = await target.send(
        'GET',
        `${maps}?labelSelector=${encodeURIComponent(selector)}`,
      );
      expect([selector, status, body.reason]).toEqual([
        selector,
        400,
        'BadRequest',
      ]);
    }
  },

  async 'selects by fields, and refuses those that cannot be selected by'(
    target,
  ) {
    const maps = await threeMaps(target);
    const answer = await target.send(
      'GET',
      `${maps}?fieldSelector=metadata.name!=a`,
    );
    expect(names(answer)).toEqual(['b', 'c']);
    const refused = async (path: string) =>
      (await target.send('GET', `${path}?fieldSelector=data.x%3Dy`)).body;
    expect(await refused(maps)).toMatchObject({
      kind: 'Status',
      code: 400,
      reason: 'BadRequest',
      message:
        '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
    });
    // A kind with fields of its own has words of its own.
    expect(await refused('/api/v1/pods')).toMatchObject({
      code: 400,
      message: 'field label not supported: data.x',
    });
  },

  async 'selects pods by phase and node'(target) {
    const namespace = await target.namespace();
    const pods = core(namespace, 'pods');
    await make(target, pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'one' },
      spec: podSpec(),
    });
    const running = await until(async () => {
      const answer = await target.send(
        'GET',
        `${pods}?fieldSelector=status.phase%3DRunning`,
      );
      return answer.body.items.length > 0 && answer;
    });
    const { nodeName } = running.body.items[0].spec;
    const here = await target.send(
      'GET',
      `/api/v1/pods?fieldSelector=spec.nodeName%3D${nodeName},metadata.namespace%3D${namespace}`,
    );
    expect(names(here)).toEqual(['one']);
  },

  async 'gives pages that do not shift when objects come and go'(target) {
    const maps = await threeMaps(target);
    const first = await target.send('GET', `${maps}?limit=2`);
    expect(names(first)).toEqual(['a', 'b']);
    expect(first.body.metadata.remainingItemCount).toBeGreaterThan(0);
    await make(target, maps, configMap('aa'));
    await make(target, maps, configMap('d'));
    const token = encodeURIComponent(first.body.metadata.continue);
    const second = await target.send(
      'GET',
      `${maps}?limit=50&continue=${token}`,
    );
    expect(names(second)).toEqual(['c']);
    expect(second.body.metadata).toEqual({
      resourceVersion: first.body.metadata.resourceVersion,
    });
  },

  async 'does not count what remains where a selector selects'(target) {
    const maps = await threeMaps(target);
    const { body } = await target.send(
      'GET',
      `${maps}?limit=1&labelSelector=mine`,
    );
    expect(body.metadata.continue).toEqual(expect.any(String));
    expect(body.metadata.remainingItemCount).toBeUndefined();
  },

  async 'refuses a continue that it did not give'(target) {
    const maps = await threeMaps(target);
    const { body } = await target.send('GET', `${maps}?limit=2&continue=no`);
    expect(body).toMatchObject({ code: 400, reason: 'BadRequest' });
    expect(body.message).toContain('continue key is not valid');
  },

  async 'leaves the type out of items'(target) {
    const maps = await threeMaps(target);
    const { body } = await target.send('GET', maps);
    expect(body).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
    expect(body.items[0]).not.toHaveProperty('kind');
    expect(body.items[0]).not.toHaveProperty('apiVersion');
  },

  async 'asks to try again for a version that is yet to come'(target) {
    const maps = await threeMaps(target);
    const { status, body, headers } = await target.send(
      'GET',
      `${maps}?resourceVersion=99999999999`,
    );
    expect([status, body.reason]).toEqual([504, 'Timeout']);
    expect(body.message).toContain('Too large resource version');
    expect(headers['retry-after']).toBe('1');
  },

  async 'is printed as a table where that is asked for'(target) {
    const namespace = await target.namespace();
    await make(target, core(namespace, 'services'), {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'orders' },
      spec: { type: 'ClusterIP', ports: [{ port: 80 }] },
    });
    const { body } = await target.send('GET', core(namespace, 'services'), {
      headers: {
        accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
      },
    });
    expect(body.kind).toBe('Table');
    expect(
      body.columnDefinitions.map(({ name }: { name: string }) => name),
    ).toEqual([
      'Name',
      'Type',
      'Cluster-IP',
      'External-IP',
      'Port(s)',
      'Age',
      'Selector',
    ]);
    const [name, type, , external, ports] = body.rows[0].cells;
    expect([name, type, external, ports]).toEqual([
      'orders',
      'ClusterIP',
      '<none>',
      '80/TCP',
    ]);
    expect(body.rows[0].object.kind).toBe('PartialObjectMetadata');
  },
});

const gets: ContractCase[] = about('get', {
  async 'answers 404 in its own words for an object'(target) {
    const maps = core(await target.namespace(), 'configmaps');
    expect((await target.send('GET', `${maps}/nobody`)).body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'configmaps "nobody" not found',
      reason: 'NotFound',
      details: { name: 'nobody', kind: 'configmaps' },
      code: 404,
    });
  },

  async 'answers 404 for a kind that is not served'({ send }) {
    expect((await send('GET', '/apis/none.example/v1/things')).status).toBe(
      404,
    );
    expect((await send('GET', '/api/v1/things')).body).toMatchObject({
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
    });
  },

  async 'shows an autoscaler in both versions of its API'(target) {
    const namespace = await target.namespace();
    const path = (version: string) =>
      inGroup(`autoscaling/${version}`, namespace, 'horizontalpodautoscalers');
    await make(target, path('v1'), {
      apiVersion: 'autoscaling/v1',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'orders' },
      spec: {
        scaleTargetRef: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: 'orders',
        },
        maxReplicas: 5,
        targetCPUUtilizationPercentage: 60,
      },
    });
    expect(
      (await target.send('GET', `${path('v2')}/orders`)).body,
    ).toMatchObject({
      apiVersion: 'autoscaling/v2',
      spec: {
        metrics: [
          {
            type: 'Resource',
            resource: {
              name: 'cpu',
              target: { type: 'Utilization', averageUtilization: 60 },
            },
          },
        ],
      },
    });
    expect(
      (await target.send('GET', `${path('v1')}/orders`)).body,
    ).toMatchObject({
      apiVersion: 'autoscaling/v1',
      spec: { maxReplicas: 5, targetCPUUtilizationPercentage: 60 },
    });
  },

  async 'selects events by what they are about, in both groups'(target) {
    const namespace = await target.namespace();
    const event = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { generateName: `${name}.` },
      involvedObject: { kind: 'Pod', name, namespace },
      lastTimestamp: '2026-11-01T10:00:00Z',
      firstTimestamp: '2026-11-01T10:00:00Z',
      source: { component: 'kubelet' },
      reason: 'Killing',
      message: 'Stopping container app',
      type: 'Normal',
    });
    const events = core(namespace, 'events');
    await make(target, events, event('x'));
    await make(target, events, event('y'));
    const { body } = await target.send(
      'GET',
      `${events}?fieldSelector=involvedObject.name%3Dx,involvedObject.kind%3DPod`,
    );
    expect(body.items).toHaveLength(1);
    const { body: own } = await target.send(
      'GET',
      inGroup('events.k8s.io/v1', namespace, 'events'),
    );
    expect(own.apiVersion).toBe('events.k8s.io/v1');
    expect(own.items).toContainEqual(
      expect.objectContaining({
        regarding: expect.objectContaining({ name: 'x' }),
        note: 'Stopping container app',
      }),
    );
  },
});

export default [...lists, ...gets];
