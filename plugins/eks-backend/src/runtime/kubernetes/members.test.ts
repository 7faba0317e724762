import type { KubernetesObject } from '@kubernetes/client-node';
import { findPod, type Lookup } from './members';

const pod = { metadata: { name: 'orders-1', namespace: 'orders' } };
const wanted = { cluster: 'prod-eu', namespace: 'orders', pod: 'orders-1' };
const { signal } = new AbortController();

/** A view of a cluster that has `before` at first, and `after` when it has answered. */
function view(
  before: KubernetesObject[],
  after: { objects: KubernetesObject[]; answered: boolean },
): Lookup {
  let objects = before;
  return {
    query: { entityRef: 'component:default/orders' },
    started: async () => {},
    async answered() {
      objects = after.objects;
      return after.answered;
    },
    cluster: name =>
      name === 'prod-eu'
        ? {
            cluster: {
              name,
              title: name,
              connect: () => Promise.reject(new Error('nobody asks it')),
            },
            objects: () => objects,
          }
        : undefined,
  };
}

describe('a pod of an entity', () => {
  it('is found at once where it is known', async () => {
    const { object } = await findPod(
      view([pod], { objects: [], answered: false }),
      wanted,
      signal,
    );
    expect(object).toBe(pod);
  });

  it('is waited for while its cluster has not answered', async () => {
    const { object } = await findPod(
      view([], { objects: [pod], answered: true }),
      wanted,
      signal,
    );
    expect(object).toBe(pod);
  });

  it('is not there when its cluster has answered without it', async () => {
    await expect(
      findPod(view([], { objects: [], answered: true }), wanted, signal),
    ).rejects.toThrow(/has no pod `orders-1`/);
  });

  it('is neither there nor not where its cluster never answers', async () => {
    await expect(
      findPod(view([], { objects: [], answered: false }), wanted, signal),
    ).rejects.toThrow(
      /cluster `prod-eu`: it has not answered yet.*try again in a moment/,
    );
  });
});
