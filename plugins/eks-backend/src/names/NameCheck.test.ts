import { mockCredentials } from '@backstage/backend-test-utils';
import { NameCheck } from './NameCheck';
import type { NameSource } from './types';

const query = { credentials: mockCredentials.user() };
const free: NameSource = async () => ({ availability: 'free' });

describe('NameCheck', () => {
  it('puts the answers of all places together', async () => {
    const names = new NameCheck({
      catalog: async () => ({ availability: 'taken', reason: 'Taken there.' }),
      repository: free,
      registry: async () => {
        throw new Error('denied');
      },
    });
    expect(await names.check('orders', query)).toEqual({
      name: 'orders',
      catalog: 'taken',
      repository: 'free',
      registry: 'unknown',
      reasons: [
        'Taken there.',
        'The image registry could not be asked: denied.',
      ],
    });
  });

  it('does not wait for a place that never answers', async () => {
    const names = new NameCheck(
      {
        catalog: free,
        repository: () => new Promise(() => {}),
        registry: free,
      },
      { timeoutMs: 20 },
    );
    expect(await names.check('orders', query)).toMatchObject({
      catalog: 'free',
      repository: 'unknown',
      reasons: [expect.stringMatching(/^The git host did not answer within/)],
    });
  });

  it.each(['Orders', 'a', '..', 'x'.repeat(41), '-a', 'a b', '${{ x }}'])(
    'refuses the name %j before anybody is asked',
    async name => {
      const source = jest.fn(free);
      const names = new NameCheck({
        catalog: source,
        repository: source,
        registry: source,
      });
      await expect(names.check(name, query)).rejects.toMatchObject({
        name: 'InputError',
        message: expect.stringMatching(/^name: /),
      });
      expect(source).not.toHaveBeenCalled();
    },
  );
});
