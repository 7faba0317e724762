/**
 * The commit that a tag names: as a whole, or at its end, as in `v1.4.2-3f2a91c`
 * and `sha-3f2a91c`. What might as well be a date or a word is none.
 */
export function commitOfTags(tags: string[]): string | undefined {
  const commits = tags.flatMap(tag => {
    const [, found] = /(?:^|[-_.])([0-9a-f]{7,40})$/.exec(tag) ?? [];
    const certain =
      found !== undefined &&
      (found.length === 40 || (/[a-f]/.test(found) && /\d/.test(found)));
    return certain ? [found] : [];
  });
  // The longest says the most.
  return commits.sort((one, other) => other.length - one.length)[0];
}
