import {
  configMap,
  core,
  deployment,
  deploymentsIn,
  inGroup,
  make,
  patch,
  pod,
  podSpec,
  restrictedSecurity,
} from './objects';
import { about, type KubernetesTarget, until } from './types';

const creating = about('create', {
  async 'makes up what the server decides'(target) {
    const namespace = await target.namespace();
    const body = await make(
      target,
      deploymentsIn(namespace),
      deployment('orders'),
    );
    expect(body).toMatchObject({
      metadata: {
        uid: expect.any(String),
        resourceVersion: expect.stringMatching(/^\d+$/),
        creationTimestamp: expect.stringMatching(
          /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
        ),
        generation: 1,
        namespace,
      },
      spec: {
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
        },
        progressDeadlineSeconds: 600,
        revisionHistoryLimit: 10,
        template: {
          spec: {
            restartPolicy: 'Always',
            dnsPolicy: 'ClusterFirst',
            schedulerName: 'default-scheduler',
            securityContext: {},
            terminationGracePeriodSeconds: 30,
            containers: [
              {
                imagePullPolicy: 'IfNotPresent',
                terminationMessagePath: '/dev/termination-log',
                terminationMessagePolicy: 'File',
                resources: {},
              },
            ],
          },
        },
      },
    });
  },

  async 'completes generated names'(target) {
    const { metadata } = await make(
      target,
      core(await target.namespace(), 'configmaps'),
      { ...configMap('x'), metadata: { generateName: 'config-' } },
    );
    expect(metadata.name).toMatch(/^config-[a-z0-9]{5}$/);
  },

  async 'refuses what exists'(target) {
    const maps = core(await target.namespace(), 'configmaps');
    await make(target, maps, configMap('twice'));
    expect(
      (await target.send('POST', maps, { body: configMap('twice') })).body,
    ).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'configmaps "twice" already exists',
      reason: 'AlreadyExists',
      details: { name: 'twice', kind: 'configmaps' },
      code: 409,
    });
  },

  async 'refuses a namespace that is not there'({ send }) {
    expect(
      (
        await send('POST', core('nowhere', 'configmaps'), {
          body: configMap('a'),
        })
      ).body,
    ).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'namespaces "nowhere" not found',
    });
  },

  ...Object.fromEntries(
    [
      ['Namespace', 'Shop'],
      ['Namespace', 'a'.repeat(64)],
      ['ConfigMap', 'a..b'],
      ['ConfigMap', 'A'],
    ].map(([kind, name]) => [
      `refuses a ${kind} of the name ${name}`,
      async (target: KubernetesTarget) => {
        const path =
          kind === 'Namespace'
            ? '/api/v1/namespaces'
            : core(await target.namespace(), 'configmaps');
        const { body } = await target.send('POST', path, {
          body: { apiVersion: 'v1', kind, metadata: { name } },
        });
        expect(body).toMatchObject({
          code: 422,
          reason: 'Invalid',
          details: {
            name,
            kind,
            causes: expect.arrayContaining([
              expect.objectContaining({
                field: 'metadata.name',
                reason: 'FieldValueInvalid',
              }),
            ]),
          },
        });
        expect(body.message).toContain(`${kind} "${name}" is invalid`);
      },
    ]),
  ),

  async 'refuses another kind, name or namespace than the path has'(target) {
    const maps = core(await target.namespace(), 'configmaps');
    await make(target, maps, configMap('there'));
    for (const body of [
      { ...configMap('a'), kind: 'Secret' },
      configMap('a', {}, { namespace: 'other' }),
    ]) {
      expect((await target.send('POST', maps, { body })).body).toMatchObject({
        code: 400,
        reason: 'BadRequest',
      });
    }
    expect(
      (await target.send('PUT', `${maps}/there`, { body: configMap('a') }))
        .status,
    ).toBe(400);
  },

  async 'refuses a body that it cannot read'(target) {
    const maps = core(await target.namespace(), 'configmaps');
    expect((await target.send('POST', maps, { body: '{' })).body).toMatchObject(
      { code: 400, reason: 'BadRequest' },
    );
    expect(
      (
        await target.send('POST', maps, {
          body: 'x',
          headers: { 'content-type': 'text/csv' },
        })
      ).status,
    ).toBe(415);
  },

  async 'takes YAML'(target) {
    const { status, body } = await target.send(
      'POST',
      core(await target.namespace(), 'configmaps'),
      {
        body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: yaml }\ndata: { a: b }\n',
        headers: { 'content-type': 'application/yaml' },
      },
    );
    expect([status, body.data]).toEqual([201, { a: 'b' }]);
  },

  async 'changes nothing when it is only tried'(target) {
    const maps = core(await target.namespace(), 'configmaps');
    await make(target, maps, configMap('twice'));
    const dry = `${maps}?dryRun=All`;
    const tried = await target.send('POST', dry, { body: configMap('tried') });
    expect(tried.status).toBe(201);
    expect(tried.body.metadata.uid).toEqual(expect.any(String));
    expect(tried.body.metadata).not.toHaveProperty('resourceVersion');
    expect((await target.send('GET', `${maps}/tried`)).status).toBe(404);
    expect(
      (await target.send('POST', dry, { body: configMap('twice') })).status,
    ).toBe(409);
    expect(
      (
        await target.send('POST', `${maps}?dryRun=Some`, {
          body: configMap('x'),
        })
      ).status,
    ).toBe(422);
  },
});

const odd = {
  ...deployment('odd'),
  spec: { ...deployment('odd').spec, replica: 3 },
};

const validating = about('field validation', {
  async 'refuses fields that a kind does not have, when strict'(target) {
    const path = deploymentsIn(await target.namespace());
    const { body } = await target.send(
      'POST',
      `${path}?fieldValidation=Strict`,
      { body: odd },
    );
    expect(body).toMatchObject({ code: 400, reason: 'BadRequest' });
    expect(body.message).toContain(
      'strict decoding error: unknown field "spec.replica"',
    );
  },

  async 'drops them with a warning otherwise'(target) {
    const path = deploymentsIn(await target.namespace());
    const warned = await target.send('POST', `${path}?dryRun=All`, {
      body: odd,
    });
    expect(warned.status).toBe(201);
    expect(warned.body.spec).not.toHaveProperty('replica');
    expect(warned.headers.warning).toBe(
      '299 - "unknown field \\"spec.replica\\""',
    );
  },

  async 'drops them in silence where they are to be ignored'(target) {
    const path = deploymentsIn(await target.namespace());
    const ignored = await target.send(
      'POST',
      `${path}?dryRun=All&fieldValidation=Ignore`,
      { body: odd },
    );
    expect([ignored.status, ignored.headers.warning]).toEqual([201, undefined]);
  },

  async 'refuses values of another type'(target) {
    const { body } = await target.send(
      'POST',
      deploymentsIn(await target.namespace()),
      { body: deployment('odd', { replicas: 'three' }) },
    );
    expect(body).toMatchObject({ code: 400, reason: 'BadRequest' });
    expect(body.message).toContain(
      'cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    );
  },
});

/** A refusal that names exactly these fields. */
const refuses = (
  path: (namespace: string) => string,
  body: object,
  fields: string[],
) =>
  async function check(target: KubernetesTarget) {
    const answer = await target.send('POST', path(await target.namespace()), {
      body,
    });
    expect([answer.status, answer.body.reason]).toEqual([422, 'Invalid']);
    expect(
      answer.body.details.causes.map(({ field }: { field: string }) => field),
    ).toEqual(fields);
  };

const at = (group: string, plural: string) => (namespace: string) =>
  group ? inGroup(group, namespace, plural) : core(namespace, plural);
const object = (apiVersion: string, kind: string, spec: object) => ({
  apiVersion,
  kind,
  metadata: { name: 'checked' },
  spec,
});

const validation = about('validation', {
  'refuses a Deployment whose selector misses its pods': refuses(
    deploymentsIn,
    deployment('checked', { selector: { matchLabels: { app: 'other' } } }),
    ['spec.template.metadata.labels'],
  ),
  'refuses a container without an image, with a port twice and too small a limit':
    refuses(
      deploymentsIn,
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
        'spec.template.spec.containers[0].ports[1].name',
        'spec.template.spec.containers[0].ports[1].containerPort',
        'spec.template.spec.containers[0].resources.requests',
      ],
    ),
  'refuses a mount of no volume': refuses(
    deploymentsIn,
    deployment('checked', {
      template: {
        metadata: { labels: { app: 'checked' } },
        spec: podSpec({ volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] }),
      },
    }),
    ['spec.template.spec.containers[0].volumeMounts[0].name'],
  ),
  'refuses an autoscaler whose least is more than its most': refuses(
    at('autoscaling/v2', 'horizontalpodautoscalers'),
    object('autoscaling/v2', 'HorizontalPodAutoscaler', {
      scaleTargetRef: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: 'orders',
      },
      minReplicas: 5,
      maxReplicas: 2,
    }),
    ['spec.maxReplicas'],
  ),
  'refuses an autoscaler of something without a group': refuses(
    at('autoscaling/v2', 'horizontalpodautoscalers'),
    object('autoscaling/v2', 'HorizontalPodAutoscaler', {
      scaleTargetRef: { kind: 'Deployment', name: 'orders' },
      maxReplicas: 2,
    }),
    ['spec.scaleTargetRef.apiVersion'],
  ),
  'refuses a Service with two nameless ports': refuses(
    at('', 'services'),
    object('v1', 'Service', { ports: [{ port: 80 }, { port: 81 }] }),
    ['spec.ports[0].name', 'spec.ports[1].name'],
  ),
  'refuses a disruption budget that says both': refuses(
    at('policy/v1', 'poddisruptionbudgets'),
    object('policy/v1', 'PodDisruptionBudget', {
      selector: {},
      minAvailable: 1,
      maxUnavailable: 1,
    }),
    ['spec'],
  ),
  'refuses an Ingress path of no type': refuses(
    at('networking.k8s.io/v1', 'ingresses'),
    object('networking.k8s.io/v1', 'Ingress', {
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
  ),
  'refuses labels that are none': refuses(
    at('', 'configmaps'),
    configMap('checked', {}, { labels: { 'a b': 'c', d: 'e f' } }),
    ['metadata.labels', 'metadata.labels'],
  ),
});

const widgetDefinition = (group: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${group}` },
  spec: {
    group,
    scope: 'Cluster',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            'x-kubernetes-preserve-unknown-fields': true,
          },
        },
      },
    ],
  },
});

const custom = about('custom resource', {
  async 'is served by its definition, and may hold anything that it lets'(
    target,
  ) {
    const group = `${await target.namespace()}.example`;
    const widgets = `/apis/${group}/v1/widgets`;
    const widget = {
      apiVersion: `${group}/v1`,
      kind: 'Widget',
      metadata: { name: 'w' },
      spec: { anything: { goes: true } },
    };
    expect((await target.send('POST', widgets, { body: widget })).status).toBe(
      404,
    );
    await make(
      target,
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      widgetDefinition(group),
    );
    const made = await until(async () => {
      const answer = await target.send(
        'POST',
        `${widgets}?fieldValidation=Strict`,
        { body: widget },
      );
      return answer.status !== 404 && answer;
    });
    expect(made.status).toBe(201);
    expect(made.body.spec).toEqual({ anything: { goes: true } });
    const { body: list } = await target.send('GET', widgets);
    // Unlike Kubernetes' own kinds, the items say their type.
    expect(list.items[0]).toMatchObject({ kind: 'Widget' });
    expect(
      (await patch(target, `${widgets}/w`, 'strategic-merge', {})).status,
    ).toBe(415);
  },
});

const strict = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/warn': 'restricted',
};

const podSecurity = about('Pod Security', {
  async 'refuses pods in namespaces that enforce it'(target) {
    const pods = core(await target.namespace(strict), 'pods');
    const { body } = await target.send('POST', pods, { body: pod('p') });
    expect(body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      details: { name: 'p', kind: 'pods' },
    });
    expect(body.message).toMatch(
      /^pods "p" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "app" must set securityContext\.allowPrivilegeEscalation=false\), unrestricted capabilities \(container "app" must set securityContext\.capabilities\.drop=\["ALL"\]\), runAsNonRoot != true \(pod or container "app" must set securityContext\.runAsNonRoot=true\), seccompProfile \(pod or container "app" must set securityContext\.seccompProfile\.type to "RuntimeDefault" or "Localhost"\)$/,
    );
  },

  async 'admits pods that keep to it'(target) {
    const pods = core(await target.namespace(strict), 'pods');
    const { headers } = await target.send('POST', pods, {
      body: pod('p', podSpec({ securityContext: restrictedSecurity })),
    });
    expect(headers.warning).toBeUndefined();
    expect((await target.send('GET', `${pods}/p`)).status).toBe(200);
  },

  async 'warns of templates whose pods would be refused'(target) {
    const path = deploymentsIn(await target.namespace(strict));
    const { status, headers } = await target.send(
      'POST',
      `${path}?dryRun=All`,
      { body: deployment('orders') },
    );
    expect(status).toBe(201);
    expect(headers.warning).toMatch(
      /^299 - "would violate PodSecurity \\"restricted:latest\\": /,
    );
  },
});

export default [
  ...creating,
  ...validating,
  ...validation,
  ...custom,
  ...podSecurity,
];
