import {
  applyRuntimePatch,
  buildRuntime,
  diffRuntime,
  explain,
  explanationSentence,
  linksOf,
  podLogsLink,
  summarySentence,
  toPodParts,
  type KnownCluster,
  type Runtime,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  NOW,
  orders,
  PROD_EU,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import { startSandbox, type Sandbox } from '@slipway/sandbox';
import fc from 'fast-check';
import { anyCluster, type Objects } from './__testUtils__/clusters';
import { readSchemas } from './__testUtils__/openApi';

// Whatever objects the API server's own schema allows: the view is drawn, and
// its figures are those of the objects. FUZZ_RUNS tries more of them.

const numRuns = Number(process.env.FUZZ_RUNS ?? 300);

function runtimeOf(objects: Objects): Runtime {
  const since = NOW.toISOString();
  const cluster: KnownCluster = {
    name: PROD_EU,
    title: 'prod-eu',
    arn: PROD_EU,
    kinds: Object.fromEntries(
      Object.entries(objects).map(([plural, list]) => [
        plural,
        { objects: list, connection: { state: 'live', since } },
      ]),
    ),
  };
  return explain(buildRuntime({ entity: orders, clusters: [cluster] }), NOW);
}

const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.map(Object) : [];

/** Whether the cluster itself calls a pod ready: its first such condition. */
function saysReady(pod: Record<string, unknown>): boolean {
  const { metadata, status } = Object(pod);
  const ready = list(status?.conditions).find(({ type }) => type === 'Ready');
  return (
    status?.phase === 'Running' &&
    metadata?.deletionTimestamp === undefined &&
    ready?.status === 'True'
  );
}

/** Whether nothing in it says otherwise, and it is not a job's. */
function isPlainlyReady(pod: Record<string, unknown>): boolean {
  const { metadata, status } = Object(pod);
  const statuses = [
    ...list(status?.containerStatuses),
    ...list(status?.initContainerStatuses),
  ];
  return (
    saysReady(pod) &&
    list(metadata?.ownerReferences).every(({ kind }) => kind !== 'Job') &&
    statuses.every(({ state }) => !Object(state).waiting) &&
    list(status?.conditions).every(
      ({ type, status: holds }) => type !== 'PodScheduled' || holds !== 'False',
    )
  );
}

describe('any cluster that the schema of its kinds allows', () => {
  let sandbox: Sandbox;
  let clusters: fc.Arbitrary<Objects>;

  beforeAll(async () => {
    sandbox = await startSandbox({ ports: 'ephemeral' });
    clusters = anyCluster(await readSchemas(sandbox));
  });

  afterAll(() => sandbox?.stop());

  it('resembles one that there is', () => {
    const seen = fc
      .sample(clusters, { numRuns: 200, seed: 1 })
      .map(objects => runtimeOf(objects));
    const states = new Set(
      seen.flatMap(({ clusters: [{ pods }] }) =>
        pods.map(({ state }) => state),
      ),
    );
    const codes = new Set(
      seen.flatMap(({ clusters: [{ explanations = [] }] }) =>
        explanations.map(({ code }) => code),
      ),
    );
    // Otherwise what holds of all of them says little.
    expect([...states]).toEqual(
      expect.arrayContaining([
        'ready',
        'pending',
        'crash-loop',
        'image-error',
        'draining',
        'completed',
        'failed',
      ]),
    );
    expect(codes.size).toBeGreaterThan(10);
  });

  it('is drawn and put into words, and its figures are those of its objects', () => {
    fc.assert(
      fc.property(clusters, objects => {
        const runtime = runtimeOf(objects);
        const { summary } = runtime;
        const [cluster] = runtime.clusters;

        expect(cluster.pods.map(({ name }) => name).sort()).toEqual(
          objects.pods.map(({ metadata }) => Object(metadata).name).sort(),
        );
        expect(cluster.workloads).toHaveLength(
          objects.deployments.length +
            objects.statefulsets.length +
            objects.daemonsets.length,
        );
        expect(cluster.autoscalers).toHaveLength(
          objects.horizontalpodautoscalers.length,
        );
        expect(summary.ready).toBeLessThanOrEqual(
          objects.pods.filter(saysReady).length,
        );
        expect(summary.ready).toBeGreaterThanOrEqual(
          objects.pods.filter(isPlainlyReady).length,
        );
        expect(summary.total).toBeGreaterThanOrEqual(
          summary.ready + summary.failing,
        );
        // Never well while something is missing or ends.
        expect(
          summary.health !== 'healthy' ||
            (summary.ready === summary.total &&
              summary.total > 0 &&
              summary.failing === 0),
        ).toBe(true);
        const hops = cluster.requestPaths.flatMap(path => path.hops);
        expect(
          hops.filter(hop => hop.kind === 'service' && hop.ready > hop.total),
        ).toEqual([]);

        for (const link of [
          ...linksOf(cluster, orders, {}).map(({ href }) => href),
          ...cluster.pods.map(pod => podLogsLink(pod, [cluster], {})),
        ]) {
          expect(new URL(link ?? '').protocol).toBe('https:');
        }

        const words = [
          summarySentence('component:default/orders', summary),
          ...(cluster.explanations ?? []).map(explanationSentence),
        ].join('\n');
        expect(words).not.toMatch(/undefined|NaN|\[object/);
      }),
      { numRuns },
    );
  });

  it('is what a browser has after the patch from any other', () => {
    fc.assert(
      fc.property(clusters, clusters, (before, after) => {
        const [one, other] = [before, after].map(runtimeOf);
        const patch = diffRuntime(one, other);
        const sent = JSON.parse(JSON.stringify({ one, patch }));
        const seen = sent.patch
          ? applyRuntimePatch(sent.one, sent.patch)
          : sent.one;
        expect(seen).toEqual(JSON.parse(JSON.stringify(other)));
      }),
      { numRuns },
    );
  });

  it('has pods that can be looked at from near', () => {
    fc.assert(
      fc.property(clusters, ({ pods, services }) => {
        for (const pod of pods) {
          const { conditions, containers } = toPodParts(pod, services);
          const { spec, status } = Object(pod);
          expect(conditions).toHaveLength(list(status?.conditions).length);
          expect(containers.length).toBeGreaterThanOrEqual(
            list(spec?.containers).length,
          );
        }
      }),
      { numRuns },
    );
  });
});
