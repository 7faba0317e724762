import { cases, nameOf } from './cases';
import { differences, missing } from './differences';
import { startMotoTarget } from './targets';
import type { AwsTarget, ContractCase } from './types';

const named = (entries: ContractCase[]) =>
  entries.map(entry => [nameOf(entry), entry] as const);
const there = cases.filter(({ operation }) => !(operation in missing));
const isDifferent = (entry: ContractCase) =>
  differences.some(({ name }) => name === nameOf(entry));

describe('moto', () => {
  let target: AwsTarget;

  // The first run installs it.
  beforeAll(async () => {
    target = await startMotoTarget();
  }, 600_000);

  afterAll(() => target?.stop());

  describe('keeps the contract with AWS', () => {
    it.each(named(there.filter(entry => !isDifferent(entry))))(
      '%s',
      (_, { check }) => check(target),
    );
  });

  // A case that moto keeps after all fails here: then it is no difference.
  describe('does otherwise than AWS', () => {
    it.failing.each(named(there.filter(isDifferent)))('%s', (_, { check }) =>
      check(target),
    );
  });

  describe('does not have', () => {
    it.each(Object.entries(missing))('%s', async (_, call) => {
      const error = await call(target).then(
        () => undefined,
        reason => reason,
      );
      // What it does not know, it answers with a web page.
      expect(error?.$response?.headers['content-type']).toMatch(/^text\/html/);
    });
  });
});
