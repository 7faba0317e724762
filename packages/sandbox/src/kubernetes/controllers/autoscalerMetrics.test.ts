import type { PodMetrics } from '../types';
import { evaluate } from './autoscalerMetrics';
import type { MetricSpec, Pod } from './objects';

type State = 'ready' | 'unready' | 'missing';

const metric = (name: 'cpu' | 'memory'): MetricSpec => ({
  type: 'Resource',
  resource: { name, target: { type: 'Utilization', averageUtilization: 70 } },
});

const pod = (name: string, state: State): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    containers: [
      {
        name: 'app',
        image: 'a:1',
        resources: { requests: { cpu: '1', memory: '100' } },
      },
    ],
  },
  status: {
    phase: 'Running',
    conditions: [
      { type: 'Ready', status: state === 'unready' ? 'False' : 'True' },
    ],
  },
});

const figure = (name: string, utilization: number): PodMetrics => ({
  namespace: 'shop',
  name,
  timestamp: '',
  containers: [
    { name: 'app', cpuMillicores: utilization * 10, memoryBytes: utilization },
  ],
});

/** How many replicas pods of these states and utilizations make. */
function replicasFor(
  states: [State, number][],
  resource: 'cpu' | 'memory' = 'cpu',
) {
  const pods = states.map(([state], i) => pod(`${i}`, state));
  const outcome = evaluate(metric(resource), {
    pods,
    figures: states.flatMap(([state, utilization], i) =>
      state === 'missing' ? [] : [figure(`${i}`, utilization)],
    ),
    replicas: pods.length,
    behavior: undefined,
  });
  return 'replicas' in outcome ? outcome.replicas : outcome;
}

it.each<[string, [State, number][], number]>([
  ['as busy as they should be', [['ready', 70]], 1],
  [
    'twice as busy',
    [
      ['ready', 140],
      ['ready', 140],
    ],
    4,
  ],
  [
    'half as busy',
    [
      ['ready', 35],
      ['ready', 35],
    ],
    1,
  ],
  [
    // Alone, the two that serve would make three, one less than there are.
    'a little too busy, beside two that do not serve yet',
    [
      ['ready', 80],
      ['ready', 80],
      ['unready', 0],
      ['unready', 0],
    ],
    4,
  ],
  [
    'far too busy, beside one that does not serve yet',
    [
      ['ready', 210],
      ['ready', 210],
      ['unready', 0],
    ],
    6,
  ],
  [
    'idle, beside one without figures: that may be busy',
    [
      ['ready', 30],
      ['missing', 0],
    ],
    2,
  ],
  [
    'too busy, beside one without figures: that may be idle',
    [
      ['ready', 80],
      ['missing', 0],
    ],
    2,
  ],
])('%s', (_, states, expected) => {
  expect(replicasFor(states)).toBe(expected);
});

it('counts the memory of pods that do not serve', () => {
  expect(
    replicasFor(
      [
        ['ready', 70],
        ['unready', 210],
      ],
      'memory',
    ),
  ).toBe(4);
});

it('shows what it measured', () => {
  expect(
    evaluate(metric('cpu'), {
      pods: [pod('0', 'ready'), pod('1', 'ready')],
      figures: [figure('0', 50), figure('1', 71)],
      replicas: 2,
      behavior: undefined,
    }),
  ).toMatchObject({
    status: {
      type: 'Resource',
      resource: {
        name: 'cpu',
        current: { averageUtilization: 60, averageValue: '605m' },
      },
    },
  });
});
