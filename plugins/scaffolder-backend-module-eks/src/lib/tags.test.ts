import { checkTags, explainTooManyTags } from './tags';

describe('checkTags', () => {
  it.each([
    ['slipway:entity', 'x', 'who owns'],
    ['aws:thing', 'x', 'reserved by AWS'],
    ['a*b', 'x', '1 to 128'],
    ['k'.repeat(129), 'x', '1 to 128'],
    ['key', 'v'.repeat(257), 'at most 256'],
    ['key', '<x>', 'at most 256'],
  ])('refuses %.20s: %.20s', (key, value, reason) => {
    expect(checkTags({ [key]: value })).toEqual([
      { field: `tags.${key}`, message: expect.stringContaining(reason) },
    ]);
  });

  it('takes 47 tags and no more', () => {
    const tags = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`key${index}`, '']),
      );
    expect(checkTags(tags(47))).toEqual([]);
    expect(checkTags(tags(48))).toEqual([
      { field: 'tags', message: expect.stringContaining('at most 47') },
    ]);
  });
});

describe('explainTooManyTags', () => {
  const present = Object.fromEntries(
    Array.from({ length: 49 }, (_, index) => [`key${index}`, '']),
  );

  it('counts what there will be, without the tags of AWS', () => {
    expect(
      explainTooManyTags(
        { ...present, 'aws:made-by': 'x' },
        { key1: '', a: '' },
      ),
    ).toBeUndefined();
    expect(explainTooManyTags(present, { a: '', b: '' })).toContain('51 tags');
  });
});
