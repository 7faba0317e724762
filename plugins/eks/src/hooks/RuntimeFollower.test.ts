import { ResponseError } from '@backstage/errors';
import {
  diffRuntime,
  type Runtime,
  type RuntimePatch,
  toRuntime,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  healthy,
  orders,
  rollingOut,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import type { RuntimeEvent } from '../api/runtimeEvents';
import {
  type Followed,
  NoBackendError,
  RuntimeFollower,
} from './RuntimeFollower';

const read = (answer: ReturnType<typeof healthy>): Runtime =>
  toRuntime({ entity: orders, answer, knownClusters: [] });
const well = read(healthy());
const rolling = read(rollingOut());
const change = diffRuntime(well, rolling) as RuntimePatch;

/** A connection that a test speaks over. */
class Line {
  readonly signal: AbortSignal | undefined;
  readonly lastEventId: string | undefined;
  private readonly waiting: (RuntimeEvent | Error | 'end')[] = [];
  private wake = () => {};

  constructor(
    private readonly options: {
      signal?: AbortSignal;
      lastEventId?: string;
      onAlive?: () => void;
    } = {},
  ) {
    this.signal = options.signal;
    this.lastEventId = options.lastEventId;
    options.signal?.addEventListener('abort', () => this.say(new Error('cut')));
  }

  say(what: RuntimeEvent | Error | 'end') {
    this.waiting.push(what);
    this.wake();
  }

  beat() {
    this.options.onAlive?.();
  }

  async *events(): AsyncGenerator<RuntimeEvent> {
    for (;;) {
      const next = this.waiting.shift();
      if (next === 'end') {
        return;
      }
      if (next instanceof Error) {
        throw next;
      }
      if (next) {
        this.beat();
        yield next;
      } else {
        await new Promise<void>(resolve => {
          this.wake = resolve;
        });
      }
    }
  }
}

let lines: Line[];
let refuse: Error | undefined;
let follower: RuntimeFollower;
let state: Followed;
const getRuntime = jest.fn();

function follow() {
  follower = new RuntimeFollower({
    api: {
      getRuntime,
      async *followRuntime(_, options) {
        if (refuse) {
          throw refuse;
        }
        const line = new Line(options);
        lines.push(line);
        yield* line.events();
      },
    },
    entityRef: { kind: 'component', namespace: 'default', name: 'orders' },
    onChange: now => {
      state = now;
    },
  });
  const ended = follower.run();
  ended.catch(() => {});
  return ended;
}

const pass = (milliseconds: number) =>
  jest.advanceTimersByTimeAsync(milliseconds);
const snapshot = (runtime: Runtime, id = '1'): RuntimeEvent => ({
  type: 'snapshot',
  id,
  data: { runtime, abilities: ['logs'] },
});

const refused = (status: number, body: object | undefined) =>
  ResponseError.fromResponse(
    new Response(body ? JSON.stringify(body) : null, {
      status,
      headers: body && { 'content-type': 'application/json' },
    }) as Parameters<typeof ResponseError.fromResponse>[0],
  );

beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  refuse = undefined;
  getRuntime.mockReset();
});
afterEach(() => {
  follower.stop();
  jest.useRealTimers();
});

it('has what there is, and every change at once', async () => {
  follow();
  await pass(0);
  lines[0].say(snapshot(well));
  await pass(0);
  expect(state).toMatchObject({
    following: 'live',
    runtime: well,
    abilities: ['logs'],
  });
  lines[0].say({ type: 'patch', id: '2', data: change });
  await pass(0);
  expect(state.runtime).toEqual(rolling);
  expect(lines).toHaveLength(1);
});

it('goes on where a connection ended, and says nothing of it', async () => {
  follow();
  await pass(0);
  lines[0].say(snapshot(well, '7'));
  await pass(0);
  lines[0].say('end');
  await pass(1_000);
  expect(lines[1].lastEventId).toBe('7');
  expect(state.following).toBe('live');
  lines[1].say({ type: 'patch', id: '8', data: change });
  await pass(0);
  expect(state.runtime).toEqual(rolling);
});

it('keeps what it knew while nothing can be reached, and recovers', async () => {
  follow();
  await pass(0);
  lines[0].say(snapshot(well));
  await pass(0);
  const { updatedAt } = state;
  refuse = new Error('offline');
  lines[0].say(new Error('offline'));
  await pass(30_000);
  expect(state).toMatchObject({
    following: 'lost',
    error: expect.objectContaining({ message: 'offline' }),
    runtime: well,
    updatedAt,
  });
  refuse = undefined;
  await pass(10_000);
  lines[1].say(snapshot(rolling));
  await pass(0);
  expect(state).toMatchObject({ following: 'live', runtime: rolling });
  expect(state.error).toBeUndefined();
});

it('asks for everything when a change does not fit', async () => {
  follow();
  await pass(0);
  lines[0].say(snapshot(well, '7'));
  lines[0].say({
    type: 'patch',
    id: '8',
    data: {
      fields: { clusters: { by: 'name', items: { nowhere: { fields: {} } } } },
    },
  });
  await pass(1_000);
  expect(lines[1].lastEventId).toBeUndefined();
});

it('notices a connection that is silent, signs of life aside', async () => {
  follow();
  await pass(0);
  lines[0].say(snapshot(well));
  for (let beats = 0; beats < 10; beats += 1) {
    await pass(15_000);
    lines[0].beat();
  }
  expect(lines).toHaveLength(1);
  await pass(42_000);
  expect(lines[0].signal?.aborted).toBe(true);
  expect(lines).toHaveLength(2);
});

it('asks every few seconds where a proxy holds the stream back', async () => {
  getRuntime.mockResolvedValue({ runtime: well, abilities: [] });
  follow();
  await pass(12_000);
  expect(state).toMatchObject({ following: 'polling', runtime: well });
  expect(getRuntime).toHaveBeenCalledTimes(1);
  await pass(5_000);
  expect(getRuntime).toHaveBeenCalledTimes(2);
  await pass(120_000);
  expect(lines).toHaveLength(2);
});

it.each(['token-expired', 'shutdown'] as const)(
  'asks anew after the end %s',
  async reason => {
    follow();
    await pass(0);
    lines[0].say(snapshot(well));
    lines[0].say({ type: 'end', data: { reason } });
    await pass(1_000);
    expect(lines).toHaveLength(2);
  },
);

it.each(['permission', 'entity-gone'] as const)(
  'asks no more after the end %s',
  async reason => {
    follow();
    await pass(0);
    lines[0].say(snapshot(well));
    lines[0].say({ type: 'end', data: { reason } });
    await pass(60_000);
    expect(lines).toHaveLength(1);
    expect(state).toMatchObject({ following: 'ended', ended: reason });
  },
);

it('asks no more when it may not', async () => {
  refuse = await refused(403, {
    error: { name: 'NotAllowedError', message: 'no' },
    request: { method: 'GET', url: '/runtime' },
    response: { statusCode: 403 },
  });
  await follow();
  expect(state).toMatchObject({
    following: 'ended',
    error: expect.objectContaining({ message: expect.stringMatching('403') }),
  });
});

it('tells a portal without the backend from an entity that is not there', async () => {
  refuse = await refused(404, undefined);
  await expect(follow()).rejects.toThrow(NoBackendError);
  refuse = await refused(404, {
    error: { name: 'NotFoundError', message: 'no such entity' },
    request: { method: 'GET', url: '/runtime' },
    response: { statusCode: 404 },
  });
  await expect(follow()).resolves.toBeUndefined();
});
