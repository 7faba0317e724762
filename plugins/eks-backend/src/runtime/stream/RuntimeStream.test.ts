import {
  createServer,
  get,
  type IncomingMessage,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { mockServices } from '@backstage/backend-test-utils';
import {
  AuthenticationError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import {
  onClusters,
  orders,
  pod,
  PROD_EU,
  PROD_US,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import { FakeWatch } from '../../__testUtils__/FakeWatch';
import type { Access } from '../RuntimeAccess';
import { assemble } from '../view/assemble';
import { RuntimeViews } from '../view/RuntimeViews';
import { EventChannel } from './EventChannel';
import { RuntimeStream, type RuntimeStreamOptions } from './RuntimeStream';

let watch: FakeWatch;
let views: RuntimeViews;
let server: Server;
const opened: IncomingMessage[] = [];

beforeEach(() => {
  watch = new FakeWatch();
  watch.addCluster(PROD_EU);
  watch.addCluster(PROD_US);
  views = new RuntimeViews({
    watch,
    build: assemble,
    joins: { join: runtime => runtime },
    logger: mockServices.logger.mock(),
    lingerMs: 1,
  });
});

afterEach(async () => {
  opened.splice(0).forEach(incoming => incoming.destroy());
  await new Promise(resolve => server.close(resolve));
  views.stop();
});

/** A viewer of one stream; `finished` resolves when the stream has let go of everything. */
async function look(options: Partial<RuntimeStreamOptions>) {
  let finished: Promise<void> | undefined;
  server = createServer((_, response) => {
    const access: Access = { entity: orders, abilities: [] };
    finished = new RuntimeStream({
      channel: new EventChannel(response),
      lease: views.acquire(orders),
      views,
      access,
      look: async () => access,
      shutdown: new AbortController().signal,
      logger: mockServices.logger.mock(),
      ...options,
    }).run();
  });
  await new Promise<void>(resolve => {
    server.listen(0, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: 'localhost', port }, resolve).on('error', reject);
  });
  opened.push(incoming);
  return { incoming, finished: () => finished };
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) {
    text += chunk;
  }
  return text;
}

const endOf = (text: string) => text.trim().split('\n\n').at(-1);

describe('a stream ends', () => {
  it.each([
    ['permission', new NotAllowedError('no')],
    ['entity-gone', new NotFoundError('no')],
    ['token-expired', new AuthenticationError('no')],
  ])('with %s, when that is what a check says', async (reason, error) => {
    const { incoming, finished } = await look({
      recheckMs: 10,
      look: async () => {
        throw error;
      },
    });
    const text = await readAll(incoming);
    expect(text).toContain('event: snapshot');
    expect(endOf(text)).toBe(`event: end\ndata: {"reason":"${reason}"}`);
    await finished();
  });

  it('with the token', async () => {
    const { incoming } = await look({ expiresAt: new Date(Date.now() + 50) });
    expect(endOf(await readAll(incoming))).toContain('token-expired');
  });

  it('with the backend, and when nobody can say any more who may look', async () => {
    const { incoming } = await look({
      recheckMs: 5,
      look: async () => {
        throw new Error('the catalog is down');
      },
    });
    expect(endOf(await readAll(incoming))).toContain('shutdown');
  });

  it('with the viewer, and lets go of the view', async () => {
    const { incoming, finished } = await look({});
    incoming.destroy();
    await new Promise<void>(resolve => {
      const poll = setInterval(() => {
        if (finished()) {
          clearInterval(poll);
          resolve();
        }
      }, 5);
    });
    await finished();
    expect(watch.openViews).toBeLessThanOrEqual(1);
  });
});

describe('a stream', () => {
  it('tells anew what the viewer may do, and where the entity runs', async () => {
    let access: Access = { entity: orders, abilities: [] };
    const { incoming } = await look({
      recheckMs: 20,
      look: async () => access,
    });
    const events: string[] = [];
    const end = new Promise<void>(resolve => {
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        events.push(
          ...(chunk.match(/"abilities":\[.*?\]|"title":"[^"]+"/g) ?? []),
        );
        if (events.length === 2) {
          access = { entity: orders, abilities: ['logs'] };
        } else if (events.length === 4) {
          access = { entity: onClusters(PROD_US), abilities: ['logs'] };
        } else if (events.length === 6) {
          resolve();
        }
      });
    });
    await end;
    expect(events).toEqual([
      '"title":"prod-eu"',
      '"abilities":[]',
      '"title":"prod-eu"',
      '"abilities":["logs"]',
      '"title":"prod-us"',
      '"abilities":["logs"]',
    ]);
  });

  it('writes something while nothing happens', async () => {
    const { incoming } = await look({ heartbeatMs: 10 });
    const beat = new Promise<string>(resolve => {
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        if (!chunk.includes('snapshot')) {
          resolve(chunk);
        }
      });
    });
    expect(await beat).toMatch(/^(:\n\n)+$/);
  });

  it('holds little back for a reader that takes nothing, and gives up on it', async () => {
    let waiting = 0;
    const many = Array.from({ length: 2000 }, (_, index) =>
      pod(`orders-${index}`),
    );
    watch.set(PROD_EU, 'pods', many);
    let stopped: Promise<void> | undefined;
    server = createServer((_, response) => {
      const lease = views.acquire(orders);
      const access: Access = { entity: orders, abilities: [] };
      stopped = new RuntimeStream({
        channel: new EventChannel(response),
        lease,
        views,
        access,
        look: async () => access,
        shutdown: new AbortController().signal,
        logger: mockServices.logger.mock(),
        heartbeatMs: 150,
      }).run();
      let turn = 0;
      const timer = setInterval(() => {
        turn += 1;
        watch.set(
          PROD_EU,
          'pods',
          many.map((_one, index) =>
            pod(`orders-${index}`, { node: `node-${turn}` }),
          ),
        );
        waiting = Math.max(waiting, response.writableLength);
      }, 20);
      response.on('close', () => clearInterval(timer));
    });
    await new Promise<void>(resolve => {
      server.listen(0, resolve);
    });
    const { port } = server.address() as AddressInfo;
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ host: 'localhost', port }, resolve).on('error', reject);
    });
    opened.push(incoming);
    incoming.on('error', () => {});
    incoming.pause();
    // Its server is the one that ends it.
    await new Promise<void>(resolve => {
      const poll = setInterval(() => {
        if (stopped) {
          clearInterval(poll);
          resolve();
        }
      }, 5);
    });
    await stopped;
    const { json } = await views.acquire(orders).view.snapshot();
    expect(waiting).toBeGreaterThan(0);
    expect(waiting).toBeLessThan(2 * json.length + 1024 * 1024);
  });
});
