import { parseQuantity } from './quantity';

it.each([
  ['250m', 0.25],
  ['1', 1],
  ['0', 0],
  ['1.5', 1.5],
  ['.5', 0.5],
  ['128Mi', 134217728],
  ['1G', 1e9],
  ['1e3', 1000],
  ['2E', 2e18],
  ['100n', 1e-7],
  [0, 0],
  [0.1, 0.1],
  // The official plugin hands large amounts on as text.
  ['9007199254740993', 9007199254740992],
])('reads %p', (text, amount) => {
  expect(parseQuantity(text)).toBeCloseTo(amount, 9);
});

it.each(['', 'lots', '1 Mi', '1Zi', '--1', NaN, null, undefined, {}])(
  'does not take %p for a quantity',
  value => {
    expect(parseQuantity(value)).toBeUndefined();
  },
);
