import { mockServices } from '@backstage/backend-test-utils';
import { setTimeout as wait } from 'node:timers/promises';
import {
  listOf,
  policy,
  quiet,
  type RoughAnswer,
  type RoughCluster,
  startRoughCluster,
  statusOf,
} from '../__testUtils__/roughCluster';
import { DefaultClusterWatch } from './DefaultClusterWatch';
import { defaultWatchSettings } from './settings';
import type { WatchView } from './types';

const kind = {
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'networkpolicies',
};

const settings = {
  ...defaultWatchSettings,
  answerMs: 400,
  silenceMs: 1_500,
  maximumBackoffMs: 200,
  keepMs: 10,
};

let rough: RoughCluster;
let answers: RoughCluster['answers'];
let watch: DefaultClusterWatch;
let trusted: boolean;
let token: string;

function start() {
  watch = new DefaultClusterWatch({
    settings,
    logger: mockServices.logger.mock(),
  });
  watch.addSource({
    clusters: async () => [
      {
        name: 'rough',
        title: 'rough',
        connect: () => rough.connect({ trusted, token }),
      },
    ],
  });
}

beforeAll(async () => {
  rough = await startRoughCluster();
  ({ answers } = rough);
});
afterAll(() => rough.stop());

beforeEach(() => {
  trusted = true;
  token = 'token';
  answers.list = listOf(['one']);
  answers.watch = quiet;
  start();
});
afterEach(() => watch.stop());

async function until(holds: () => boolean, what: () => unknown) {
  const deadline = Date.now() + 15_000;
  while (!holds()) {
    if (Date.now() > deadline) {
      throw new Error(`it never came to be: ${JSON.stringify(what())}`);
    }
    await wait(5);
  }
}

const open = () => watch.open([{ cluster: 'rough', kind }]);
const connectionOf = (view: WatchView) => view.read()[0].connection;
const namesIn = (view: WatchView) =>
  view.read()[0].objects.map(({ metadata }) => metadata?.name);
const becomes = (view: WatchView, state: string) =>
  until(
    () => connectionOf(view).state === state,
    () => connectionOf(view),
  );
const has = (view: WatchView, names: string[]) =>
  until(
    () => namesIn(view).sort().join() === names.join(),
    () => namesIn(view),
  );

/** Waits until no connection is open. */
const closes = () =>
  until(
    () => rough.connections === 0,
    () => rough.connections,
  );

/** Requests since then. */
const since = (before: number) => rough.requests.slice(before);

/** Opens a view and closes it as soon as the cluster was asked. */
async function openUntilAsked() {
  const before = rough.requests.length;
  const view = open();
  await until(
    () => since(before).length > 0,
    () => connectionOf(view),
  );
  view.close();
}

const event = (type: string, object: object) =>
  `${JSON.stringify({ type, object })}\n`;

/** A watch over which something comes, and that stays open. */
const saying =
  (...lines: string[]): RoughAnswer =>
  response => {
    response.writeHead(200);
    lines.forEach(line => response.write(line));
  };

const bodies: [string, RoughAnswer][] = [
  ['a page of HTML', response => response.end('<html>login</html>')],
  ['half an answer', response => response.end('{"items": [{"meta')],
  ['nothing', response => response.end()],
  ['no list', response => response.end('{"items": {"a": 1}}')],
  ['a redirect', statusOf(302, { location: 'https://elsewhere' })],
];

it.each(bodies)(
  'says so when a list is %s, and recovers',
  async (_, answer) => {
    answers.list = answer;
    const view = open();
    await becomes(view, 'unreachable');
    expect(connectionOf(view).message).toMatch(
      /^cluster `rough`: the Kubernetes API could not be asked \(list networkpolicies\)/,
    );
    expect(namesIn(view)).toEqual([]);
    answers.list = listOf(['one']);
    await becomes(view, 'live');
    await has(view, ['one']);
  },
);

const lines: [string, string][] = [
  ['is no JSON', '{"type":"MODIFIED","obj\n'],
  ['is no event', '[]\n'],
  ['has no name', event('ADDED', { metadata: { resourceVersion: '11' } })],
  ['has no end', 'x'.repeat(5 * 1024 * 1024)],
];

it.each(lines)(
  'keeps what it had when a line %s, and recovers',
  async (_, line) => {
    const view = open();
    await becomes(view, 'live');
    answers.watch = saying(line);
    watch.stop();
    start();
    const again = open();
    await becomes(again, 'stale');
    expect(namesIn(again)).toEqual(['one']);
    answers.watch = saying(event('ADDED', policy('two', '11')));
    await becomes(again, 'live');
    await has(again, ['one', 'two']);
    watch.stop();
    await closes();
  },
);

it('lists again when the watch is told that it is too old', async () => {
  answers.list = listOf(['goes', 'stays']);
  answers.watch = response => {
    answers.list = listOf(['stays']);
    answers.watch = quiet;
    saying(event('ERROR', { kind: 'Status', code: 410, message: 'too old' }))(
      response,
      { isWatch: true, url: new URL('https://rough'), token: '' },
    );
  };
  const view = open();
  await has(view, ['stays']);
  await becomes(view, 'live');
  expect(watch.counts()).toMatchObject({ lists: 2, resyncs: 1, failures: 0 });
  // The watch that was too old is not left open.
  await until(
    () => rough.connections === 1,
    () => rough.connections,
  );
});

it('begins the list again when its pages run out', async () => {
  let pages = 0;
  answers.list = (response, request) => {
    pages += 1;
    const next = request.url.searchParams.get('continue');
    if (next === 'old') {
      statusOf(410)(response, request);
    } else if (next === 'new') {
      listOf(['b'])(response, request);
    } else {
      listOf(['a'], { continue: pages === 1 ? 'old' : 'new' })(
        response,
        request,
      );
    }
  };
  const view = open();
  await has(view, ['a', 'b']);
  expect(pages).toBe(4);
});

it('cuts a list that only trickles', async () => {
  answers.list = response => {
    const timer = setInterval(() => response.write(' '), 50);
    response.once('close', () => clearInterval(timer));
  };
  const view = open();
  await becomes(view, 'unreachable');
  expect(connectionOf(view).message).toMatch(/did not answer in time/);
});

it('does not wait for the words of a refusal', async () => {
  answers.list = response => response.writeHead(403).flushHeaders();
  const view = open();
  await becomes(view, 'denied');
  watch.stop();
  await closes();
  expect(rough.connections).toBe(0);
});

it('leaves a busy cluster alone for as long as it asks', async () => {
  const before = rough.requests.length;
  answers.list = statusOf(429, { 'retry-after': '2' });
  const view = open();
  await becomes(view, 'unreachable');
  answers.list = listOf(['one']);
  await becomes(view, 'live');
  const [first, second] = since(before);
  expect(second.at - first.at).toBeGreaterThanOrEqual(1_900);
});

it('does not hammer a cluster that asks for more than a timer can count', async () => {
  const before = rough.requests.length;
  answers.list = statusOf(429, { 'retry-after': '99999999999' });
  const view = open();
  await becomes(view, 'unreachable');
  await wait(500);
  expect(since(before)).toHaveLength(1);
});

it('does not hammer a cluster whose watches end at once', async () => {
  const before = rough.requests.length;
  answers.watch = response => response.end();
  const view = open();
  await becomes(view, 'live');
  await wait(1_500);
  expect(since(before).length).toBeLessThanOrEqual(4);
});

it('takes a connection over which nothing comes for dead', async () => {
  const view = open();
  await becomes(view, 'live');
  answers.list = () => {};
  answers.watch = () => {};
  await becomes(view, 'stale');
  expect(connectionOf(view).message).toMatch(/did not answer in time/);
  expect(namesIn(view)).toEqual(['one']);
  answers.list = listOf(['two']);
  answers.watch = quiet;
  await becomes(view, 'live');
  await has(view, ['two']);
});

it('tells a certificate of somebody else from a cluster that is down', async () => {
  trusted = false;
  const view = open();
  await becomes(view, 'unreachable');
  // A handshake may take longer than a try may on a busy machine.
  await until(
    () =>
      /^cluster `rough`: its certificate is not of the authority that EKS names/.test(
        connectionOf(view).message ?? '',
      ),
    () => connectionOf(view),
  );
  trusted = true;
  await becomes(view, 'live');
  expect(namesIn(view)).toEqual(['one']);
});

it('comes with a fresh token when one has expired', async () => {
  const view = open();
  await becomes(view, 'live');
  const onlyFresh =
    (answer: RoughAnswer): RoughAnswer =>
    (response, request) =>
      (request.token === 'Bearer fresh' ? answer : statusOf(401))(
        response,
        request,
      );
  answers.list = onlyFresh(listOf(['one', 'two']));
  answers.watch = onlyFresh(quiet);
  await becomes(view, 'denied');
  expect(connectionOf(view).message).toMatch(/access denied/);
  expect(namesIn(view)).toEqual(['one']);
  token = 'fresh';
  await becomes(view, 'live');
});

it('drops the managed fields, and nothing else', async () => {
  answers.list = response => {
    const object = policy('one');
    response.end(
      JSON.stringify({
        metadata: { resourceVersion: '10' },
        items: [
          {
            ...object,
            metadata: {
              ...object.metadata,
              managedFields: [{ manager: 'kubectl' }],
              annotations: { kept: 'yes' },
            },
          },
        ],
      }),
    );
  };
  const view = open();
  await has(view, ['one']);
  expect(view.read()[0].objects[0].metadata).toEqual({
    name: 'one',
    namespace: 'orders',
    resourceVersion: '1',
    annotations: { kept: 'yes' },
  });
});

it('leaves neither connection nor timer behind in 1,000 cycles of faults', async () => {
  const timers = () =>
    process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
  const faults: [RoughAnswer, RoughAnswer][] = [
    [listOf(['one']), quiet],
    [statusOf(401), quiet],
    [statusOf(403), quiet],
    [statusOf(429, { 'retry-after': '60' }), quiet],
    [statusOf(503), quiet],
    [response => response.end('{"'), quiet],
    [response => response.destroy(), quiet],
    [listOf(['one']), response => response.destroy()],
    [listOf(['one']), saying('nonsense\n')],
    [listOf(['one']), statusOf(410)],
    [() => {}, quiet],
    [response => response.writeHead(200).flushHeaders(), quiet],
  ];
  watch.stop();
  const before = timers();
  for (let cycle = 0; cycle < 1_000; cycle += 1) {
    [answers.list, answers.watch] = faults[cycle % faults.length];
    start();
    await openUntilAsked();
    watch.stop();
  }
  await closes();
  await until(() => timers() <= before, timers);
  expect(timers()).toBeLessThanOrEqual(before);
});
