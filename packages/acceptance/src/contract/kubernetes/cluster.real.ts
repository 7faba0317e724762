import { cases, nameOf } from './cases';
import { startRealTarget } from './targets';
import type { KubernetesTarget } from './types';

describe('the contract with Kubernetes, kept by a real control plane', () => {
  let target: KubernetesTarget;

  // The first run builds it.
  beforeAll(async () => {
    target = await startRealTarget();
  }, 30 * 60_000);

  afterAll(() => target?.stop());

  it.each(cases.map(entry => [nameOf(entry), entry] as const))(
    '%s',
    (_, { check }) => check(target),
  );
});
