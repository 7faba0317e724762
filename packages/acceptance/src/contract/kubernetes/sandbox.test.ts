import { cases, nameOf } from './cases';
import { differences } from './differences';
import { startSandboxTarget } from './targets';
import type { KubernetesTarget } from './types';

describe('the contract with Kubernetes, kept by the sandbox', () => {
  let target: KubernetesTarget;

  beforeAll(async () => {
    target = await startSandboxTarget();
  });

  afterAll(() => target?.stop());

  const isDifferent = (name: string) =>
    differences.some(difference => difference.name === name);
  const named = cases.map(entry => [nameOf(entry), entry] as const);

  it.each(named.filter(([name]) => !isDifferent(name)))('%s', (_, { check }) =>
    check(target),
  );

  // A case that it keeps after all fails here: then it is no difference.
  if (differences.length) {
    it.failing.each(named.filter(([name]) => isDifferent(name)))(
      'does otherwise: %s',
      (_, { check }) => check(target),
    );
  }
});
