import {
  allCombinations,
  type Combination,
  coveringCombinations,
  nameOf,
} from './combinations';

describe('the combinations that are judged', () => {
  it('are all that the form offers', () => {
    const all = allCombinations();
    expect(new Set(all.map(nameOf)).size).toBe(all.length);
    expect(all.map(nameOf)).toContain(
      'nodejs · fargate · public · ingress · github-actions · one',
    );
  });

  it('bring each two choices together, in far fewer repositories', () => {
    const all = allCombinations();
    const few = coveringCombinations(all);
    const dimensions = Object.keys(all[0]) as (keyof Combination)[];
    for (const [index, one] of dimensions.entries()) {
      for (const other of dimensions.slice(index + 1)) {
        const pairs = (some: Combination[]) =>
          [...new Set(some.map(c => `${c[one]} ${c[other]}`))].sort();
        expect(pairs(few)).toEqual(pairs(all));
      }
    }
    // What cannot be had is not asked for.
    expect(all).toContainEqual(expect.objectContaining({ routing: 'gateway' }));
    expect(
      all.filter(
        ({ routing, exposure, pipeline }) =>
          routing === 'gateway' &&
          (exposure === 'none' || pipeline === 'codepipeline'),
      ),
    ).toEqual([]);
    expect(few.length).toBeLessThan(all.length / 2);
  });
});
