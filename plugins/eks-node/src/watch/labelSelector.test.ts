import { labelMatcher } from './labelSelector';

const labels = { app: 'orders', tier: 'web', 'example.com/empty': '' };

it.each([
  ['', true],
  ['app=orders', true],
  ['app==orders', true],
  ['app = orders , tier=web', true],
  ['app=shop', false],
  ['app!=shop', true],
  ['missing!=anything', true],
  ['app!=orders', false],
  ['app in (shop, orders)', true],
  ['app in (shop)', false],
  ['missing in (a)', false],
  ['app notin (shop,web)', true],
  ['missing notin (a)', true],
  ['app notin (orders), tier=web', false],
  ['app', true],
  ['missing', false],
  ['!missing', true],
  ['!app', false],
  ['example.com/empty=', true],
  ['constructor', false],
])('%p: %p', (selector, chosen) => {
  expect(labelMatcher(selector)(labels)).toBe(chosen);
});

it.each(['a b', 'app in orders', '=orders', 'app=or ders', 'a in (b', '$(x)'])(
  'refuses %p',
  selector => {
    expect(() => labelMatcher(selector)).toThrow(/is not a requirement/);
  },
);
