import { EksClient } from './EksApi';

const orders = { kind: 'Component', namespace: 'default', name: 'orders' };
const pod = { cluster: 'prod-eu', namespace: 'orders', pod: 'orders-1' };
const workload = {
  cluster: 'prod-eu',
  namespace: 'orders',
  kind: 'Deployment' as const,
  name: 'orders',
};

/** A client whose requests are all answered with this. */
function asked(answer: () => Response = () => Response.json({ items: [] })) {
  const fetch = jest.fn(async (_url: unknown, _init?: RequestInit) => answer());
  return {
    fetch,
    client: new EksClient({
      discoveryApi: { getBaseUrl: async id => `https://portal/api/${id}` },
      fetchApi: { fetch },
    }),
    /** What was asked last: method, path, body. */
    get request() {
      const [url, init] = fetch.mock.lastCall ?? [];
      const path = `${url}`.replace('https://portal/api/eks', '');
      return [`${init?.method} ${path}`, init?.body].filter(Boolean);
    },
    get headers() {
      return new Headers(fetch.mock.lastCall?.[1]?.headers);
    },
  };
}

const requests: [
  string,
  (client: EksClient) => Promise<unknown>,
  ...string[],
][] = [
  [
    'clusters, without what nobody chose',
    client => client.listClusters({ namespace: 'orders', exposure: undefined }),
    'GET /clusters?namespace=orders',
  ],
  [
    'whether a name is free',
    client => client.checkName('a/b', { repoUrl: 'github.com?repo=a&owner=b' }),
    'GET /names/a%2Fb?repoUrl=github.com%3Frepo%3Da%26owner%3Db',
  ],
  [
    'what would stop a service',
    client => client.preflight({ name: 'orders' }),
    'POST /preflight',
    '{"name":"orders"}',
  ],
  [
    'what runs',
    client => client.getRuntime(orders),
    'GET /runtime/Component/default/orders',
  ],
  [
    'what many run',
    client => client.getSummaries(['component:default/orders']),
    'POST /runtimes',
    '{"entityRefs":["component:default/orders"]}',
  ],
  [
    'for a pod, in the namespace that is its own',
    client => client.getPod(orders, pod),
    'GET /runtime/Component/default/orders/pod?cluster=prod-eu&namespace=orders&pod=orders-1',
  ],
  [
    'for a restart',
    client => client.restart(orders, workload),
    'POST /runtime/Component/default/orders/restart',
    JSON.stringify(workload),
  ],
  [
    'for another scale',
    client => client.scale(orders, { ...workload, replicas: 4 }),
    'POST /runtime/Component/default/orders/scale',
    JSON.stringify({ ...workload, replicas: 4 }),
  ],
  [
    'for the end of a pod',
    client => client.deletePod(orders, pod),
    'POST /runtime/Component/default/orders/delete-pod',
    JSON.stringify(pod),
  ],
];

describe('EksClient', () => {
  it.each(requests)('asks %s', async (_, ask, ...expected) => {
    const backend = asked();
    await ask(backend.client);
    expect(backend.request).toEqual(expected);
  });

  it('asks about no more than 100 entities at once', async () => {
    const backend = asked(() =>
      Response.json({ items: [{ entityRef: 'component:default/a' }] }),
    );
    const refs = Array.from(
      { length: 250 },
      (_, n) => `component:default/${n}`,
    );
    const { items } = await backend.client.getSummaries(refs);
    expect(backend.fetch).toHaveBeenCalledTimes(3);
    expect(items).toHaveLength(3);
  });

  it('says why the backend refused', async () => {
    const { client } = asked(() =>
      Response.json(
        {
          error: { name: 'NotAllowedError', message: 'ask for it' },
          response: { statusCode: 403 },
        },
        { status: 403, statusText: 'Forbidden' },
      ),
    );
    await expect(client.getRuntime(orders)).rejects.toMatchObject({
      name: 'ResponseError',
      statusCode: 403,
      cause: { message: 'ask for it' },
    });
  });

  it('reads what a container writes, as it arrives', async () => {
    const backend = asked(() => new Response('one\ntwo\n'));
    const texts: string[] = [];
    const query = { ...pod, follow: true, previous: false, tailLines: 500 };
    for await (const text of backend.client.readLogs(orders, query)) {
      texts.push(text);
    }
    expect(texts.join('')).toBe('one\ntwo\n');
    expect(backend.request).toEqual([
      'GET /runtime/Component/default/orders/logs?cluster=prod-eu&namespace=orders&pod=orders-1&previous=false&follow=true&tailLines=500',
    ]);
  });

  it('follows changes from an event on', async () => {
    const backend = asked(
      () => new Response('event: end\ndata: {"reason":"shutdown"}\n\n'),
    );
    const events = [];
    const stopping = new AbortController();
    for await (const event of backend.client.followRuntime(orders, {
      lastEventId: 'a.7',
      signal: stopping.signal,
    })) {
      events.push(event);
    }
    expect(events).toEqual([{ type: 'end', data: { reason: 'shutdown' } }]);
    expect(backend.headers.get('accept')).toBe('text/event-stream');
    expect(backend.headers.get('last-event-id')).toBe('a.7');
    expect(backend.fetch.mock.lastCall?.[1]?.signal).toBe(stopping.signal);
  });
});
