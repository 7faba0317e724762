import { columnsOf, duration, podStatus } from './columns';
import { kinds } from './kinds';
import type { JsonObject, ResourceKind } from './types';

const now = Date.parse('2026-11-23T12:00:00Z');

/** The cells of a row by the names of their columns. */
const row = (kind: ResourceKind, object: JsonObject) =>
  Object.fromEntries(
    columnsOf(kind).map(([name, cell]) => [name, cell(object, now)]),
  );

describe('tables', () => {
  it.each([
    [5_000, '5s'],
    [200_000, '3m20s'],
    [30 * 60_000, '30m'],
    [(3 * 60 + 25) * 60_000, '3h25m'],
    [30 * 3_600_000, '30h'],
    [5 * 86_400_000, '5d'],
  ])('shows an age of %d ms as %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  it('keeps a figure that is unknown apart from 0', () => {
    const metric = (name: string) => ({
      type: 'Resource',
      resource: {
        name,
        target: { type: 'Utilization', averageUtilization: 70 },
      },
    });
    expect(
      row(kinds.horizontalPodAutoscalers, {
        spec: { metrics: [metric('cpu'), metric('memory')] },
        status: {
          currentMetrics: [
            {
              type: 'Resource',
              resource: { current: { averageUtilization: 0 } },
            },
          ],
        },
      }).Targets,
    ).toBe('cpu: 0%/70%, memory: <unknown>/70%');
  });

  it.each<[string, JsonObject]>([
    ['Pending', {}],
    ['Running', { status: { phase: 'Running' } }],
    [
      'CrashLoopBackOff',
      {
        status: {
          phase: 'Running',
          containerStatuses: [
            { state: { waiting: { reason: 'CrashLoopBackOff' } } },
          ],
        },
      },
    ],
    [
      'Init:0/1',
      {
        spec: { initContainers: [{ name: 'wait' }] },
        status: { initContainerStatuses: [{ state: { running: {} } }] },
      },
    ],
    [
      'Terminating',
      { metadata: { deletionTimestamp: '2026-11-23T12:00:00Z' } },
    ],
  ])('says %s of a pod', (status, pod) => {
    expect(podStatus(pod)).toBe(status);
  });

  it('says when a pod restarted last', () => {
    expect(
      row(kinds.pods, {
        spec: { containers: [{}] },
        status: {
          containerStatuses: [
            {
              restartCount: 2,
              lastState: { terminated: { finishedAt: '2026-11-23T11:55:00Z' } },
            },
          ],
        },
      }),
    ).toMatchObject({ Ready: '0/1', Restarts: '2 (5m ago)' });
  });

  it('has the columns that the definition of a custom kind says', () => {
    const kind: ResourceKind = {
      group: 'karpenter.sh',
      version: 'v1',
      kind: 'NodePool',
      plural: 'nodepools',
      singular: 'nodepool',
      namespaced: false,
      custom: true,
      printerColumns: [
        { name: 'Nodes', type: 'string', jsonPath: '.status.resources.nodes' },
        {
          name: 'Ready',
          type: 'string',
          jsonPath: '.status.conditions[?(@.type=="Ready")].status',
        },
      ],
    };
    expect(
      row(kind, {
        metadata: { name: 'default' },
        status: {
          resources: { nodes: '3' },
          conditions: [{ type: 'Ready', status: 'True' }],
        },
      }),
    ).toEqual({ Name: 'default', Nodes: '3', Ready: 'True' });
  });
});
