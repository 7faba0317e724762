import { samePolicy } from './policyText';

describe('samePolicy', () => {
  it.each([
    ['white space', '{"a": 1}', '{"a":1}'],
    ['the order of keys', '{"a":1,"b":2}', '{"b":2,"a":1}'],
    ['the order of a list', '{"a":["x","y"]}', '{"a":["y","x"]}'],
    ['a list of one', '{"a":["x"]}', '{"a":"x"}'],
    [
      'how an account is named',
      '{"Principal":{"AWS":"444455556666"}}',
      '{"Principal":{"AWS":["arn:aws:iam::444455556666:root"]}}',
    ],
    ['that both are no JSON', '-', '-'],
    ['that both are missing', undefined, undefined],
  ])('makes nothing of %s', (_, one, other) => {
    expect(samePolicy(one, other)).toBe(true);
  });

  it.each([
    ['a value', '{"a":1}', '{"a":2}'],
    ['a key', '{"a":1}', '{"a":1,"b":1}'],
    ['an item', '{"a":["x","y"]}', '{"a":["x"]}'],
    ['a policy where there was none', '{"a":1}', undefined],
    [
      'an account elsewhere than among principals',
      '{"Condition":{"x":"444455556666"}}',
      '{"Condition":{"x":"arn:aws:iam::444455556666:root"}}',
    ],
  ])('sees %s', (_, one, other) => {
    expect(samePolicy(one, other)).toBe(false);
  });
});
