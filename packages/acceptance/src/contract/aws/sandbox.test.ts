import { cases, nameOf } from './cases';
import { startSandboxTarget } from './targets';
import type { AwsTarget } from './types';

describe('the contract with AWS, kept by the sandbox', () => {
  let target: AwsTarget;

  beforeAll(async () => {
    target = await startSandboxTarget();
  });

  afterAll(() => target?.stop());

  it.each(cases.map(entry => [nameOf(entry), entry] as const))(
    '%s',
    (_, { check }) => check(target),
  );
});
