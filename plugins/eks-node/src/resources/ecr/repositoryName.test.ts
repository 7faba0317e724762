import { explainRepositoryName } from './repositoryName';

describe('explainRepositoryName', () => {
  it.each(['ab', 'orders', 'shop/orders', 'a1/b2.c3_d4-e5', 'a'.repeat(256)])(
    'takes %s',
    name => {
      expect(explainRepositoryName(name)).toBeUndefined();
    },
  );

  it.each([
    ['a', '2 to 256 characters'],
    ['a'.repeat(257), '2 to 256 characters'],
    ['Orders', 'starts with a lower-case letter'],
    ['oRders', 'upper-case'],
    ['1orders', 'starts with a lower-case letter'],
    ['shop//orders', 'not a repository name'],
    ['shop/', 'not a repository name'],
    ['shop/../orders', 'not a repository name'],
    ['shop--orders', 'not a repository name'],
    ['shop-', 'not a repository name'],
    ['shop orders', 'not a repository name'],
    ['shop\norders', 'not a repository name'],
  ])('refuses %j', (name, reason) => {
    expect(explainRepositoryName(name)).toContain(reason);
  });
});
