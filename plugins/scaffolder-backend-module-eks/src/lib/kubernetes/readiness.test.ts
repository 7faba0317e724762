import { explainNotReady } from './readiness';

const object = (kind: string, fields: Record<string, unknown>) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x', generation: 2 },
  ...fields,
});

describe('explainNotReady', () => {
  it.each([
    [object('Namespace', { status: { phase: 'Active' } }), undefined],
    [
      object('Namespace', { status: { phase: 'Terminating' } }),
      'not active yet',
    ],
    [
      object('Deployment', {
        spec: { replicas: 1 },
        status: { observedGeneration: 1 },
      }),
      'its controller has not seen it yet',
    ],
    [
      object('Deployment', {
        spec: { replicas: 3 },
        status: { observedGeneration: 2, updatedReplicas: 3, readyReplicas: 1 },
      }),
      '1 of 3 pods ready',
    ],
    [
      object('StatefulSet', {
        spec: {},
        status: { observedGeneration: 2, updatedReplicas: 1, readyReplicas: 1 },
      }),
      undefined,
    ],
    [
      object('DaemonSet', {
        status: { desiredNumberScheduled: 2, numberReady: 1 },
      }),
      '1 of 2 pods ready',
    ],
    [
      object('Certificate', {
        status: {
          conditions: [{ type: 'Ready', status: 'False', message: 'pending' }],
        },
      }),
      'pending',
    ],
    [
      object('Certificate', {
        status: { conditions: [{ type: 'Ready', status: 'True' }] },
      }),
      undefined,
    ],
    [object('ServiceAccount', {}), undefined],
  ])('%#', (value, reason) => {
    expect(explainNotReady(value)).toBe(reason);
  });
});
