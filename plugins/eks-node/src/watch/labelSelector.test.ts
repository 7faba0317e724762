import fc from 'fast-check';
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

describe('any selector', () => {
  const key = fc.constantFrom('app', 'tier', 'example.com/part-of');
  const value = fc.constantFrom('orders', 'web', 'v1.4_2', '');
  const anyLabels = fc.dictionary(key, value, { maxKeys: 3 });
  const values = fc.array<string>(value, { minLength: 1, maxLength: 3 });
  type Labels = Record<string, string>;
  /** A requirement as it is written, and what it means. */
  const requirement = fc.oneof(
    fc
      .tuple(key, value, fc.constantFrom('=', '==', ' = '))
      .map(([k, v, is]) => ({
        text: `${k}${is}${v}`,
        means: (of: Labels) => of[k] === v,
      })),
    fc.tuple(key, value).map(([k, v]) => ({
      text: `${k}!=${v}`,
      means: (of: Labels) => of[k] !== v,
    })),
    fc.tuple(key, values).map(([k, vs]) => ({
      text: `${k} in (${vs.join(', ')})`,
      means: (of: Labels) => k in of && vs.includes(of[k]),
    })),
    fc.tuple(key, values).map(([k, vs]) => ({
      text: `${k} notin (${vs.join(',')})`,
      means: (of: Labels) => !(k in of) || !vs.includes(of[k]),
    })),
    key.map(k => ({ text: k, means: (of: Labels) => k in of })),
    key.map(k => ({ text: `!${k}`, means: (of: Labels) => !(k in of) })),
  );

  it('chooses what all of its requirements choose', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.array(requirement, { maxLength: 4 }), anyLabels),
        ([requirements, of]) => {
          const chosen = labelMatcher(
            requirements.map(({ text }) => text).join(','),
          );
          expect(chosen(of)).toBe(requirements.every(({ means }) => means(of)));
        },
      ),
    );
  });

  it('chooses or not, or is refused by name', () => {
    const outcome = (selector: string) => {
      try {
        return String(labelMatcher(selector)(labels));
      } catch (error) {
        return String(error);
      }
    };
    fc.assert(
      fc.property(fc.string(), selector => {
        expect(outcome(selector)).toMatch(
          /^(true|false|InputError: .+ is not a requirement)$/s,
        );
      }),
    );
  });
});
