import { validateScaling } from '.';

const scaling = (changes: Partial<Parameters<typeof validateScaling>[0]>) =>
  validateScaling({
    minReplicas: 3,
    maxReplicas: 10,
    targetCpuUtilization: 70,
    ...changes,
  });

it('takes bounds in order, also equal ones', () => {
  expect(scaling({})).toBeUndefined();
  expect(scaling({ maxReplicas: 3 })).toBeUndefined();
});

it.each([
  [{ minReplicas: 0 }, 'scaling.minReplicas: use a whole number from 1'],
  [{ minReplicas: 1.5 }, 'scaling.minReplicas: use a whole number from 1'],
  [{ minReplicas: NaN }, 'scaling.minReplicas: use a whole number from 1'],
  [{ minReplicas: 11 }, 'scaling.minReplicas: 11 is above'],
  [{ maxReplicas: 501 }, 'scaling.maxReplicas: use a whole number up to 500'],
  [{ maxReplicas: Infinity }, 'scaling.maxReplicas'],
  [{ targetCpuUtilization: 9 }, 'scaling.targetCpuUtilization'],
  [{ targetCpuUtilization: 96 }, 'scaling.targetCpuUtilization'],
])('refuses %p', (changes, reason) => {
  expect(scaling(changes)).toContain(reason);
});
