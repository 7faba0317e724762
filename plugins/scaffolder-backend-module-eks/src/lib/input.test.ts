import { parseInput, throwProblems } from './input';

describe('parseInput', () => {
  it('gives defaults, which the JSON Schema does not', () => {
    const parsed = parseInput(
      'some:action',
      { count: z => z.number().default(3), name: z => z.string() },
      { name: 'orders' },
    );

    expect(parsed).toEqual({ count: 3, name: 'orders' });
  });

  it('names every wrong field by its path', () => {
    expect(() =>
      parseInput(
        'some:action',
        {
          targets: z => z.array(z.object({ namespace: z.string() })),
          count: z => z.number().min(1, 'Use at least 1'),
        },
        { targets: [{ namespace: 'a' }, { namespace: 7 }], count: 0 },
      ),
    ).toThrow(
      /some:action: 2 problems:\n- `targets\[1\]\.namespace`: expected string.*\n- `count`: use at least 1/,
    );
  });

  it('names fields that do not exist', () => {
    expect(() =>
      parseInput('some:action', { a: z => z.string() }, { a: '', typo: 1 }),
    ).toThrow('`typo`: this action has no such field');
  });
});

describe('throwProblems', () => {
  it('is silent without problems', () => {
    expect(() => throwProblems('some:action', [])).not.toThrow();
  });

  it('throws an InputError', () => {
    expect(() =>
      throwProblems('some:action', [{ field: 'name', message: 'is taken' }]),
    ).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: 'some:action: `name`: is taken',
      }),
    );
  });
});
