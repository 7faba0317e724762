import { createHash } from 'node:crypto';
import type { LogOptions, LogProvider } from '../types';
import type { Load, LoadContext } from './load';
import {
  typed,
  type Container,
  type ContainerStatus,
  type Pod,
} from './objects';

/** A container writes something at most this often. */
const TICK_MS = 2_000;
/** Nothing is served before it has started. */
const STARTED_MS = 500;
/** Without load only every so many ticks is there a request. */
const IDLE_TICKS = 15;
const MOST = 2_000;
const INFO = 30;
const ERROR = 50;
const FATAL = 60;

interface Line {
  at: number;
  text: string;
}

/** Who writes. */
interface Writer {
  pod: Pod;
  container: Container;
  status: ContainerStatus;
}

const REQUESTS = [
  { method: 'GET', url: '/', statusCode: 200 },
  { method: 'GET', url: '/api/items', statusCode: 200 },
  { method: 'POST', url: '/api/items', statusCode: 201 },
  { method: 'GET', url: '/api/items/42', statusCode: 200 },
  { method: 'GET', url: '/api/items/missing', statusCode: 404 },
];

/** What containers write: structured lines, the same for the same pod and time. */
export class Logs implements LogProvider {
  readonly #context: LoadContext;
  readonly #load: Load;

  constructor(context: LoadContext, load: Load) {
    this.#context = context;
    this.#load = load;
  }

  read(
    where: { namespace: string; name: string },
    container: string,
    options: LogOptions,
  ): string[] {
    const writer = this.#find(where, container);
    if (!writer) {
      return [];
    }
    const { sinceSeconds, tailLines = MOST, timestamps } = options;
    const now = this.#context.now();
    const since = sinceSeconds === undefined ? 0 : now - sinceSeconds * 1_000;
    const lines = (
      options.previous
        ? this.#previous(writer)
        : this.#between(writer, since, now)
    ).filter(({ at }) => at >= since);
    return lines
      .slice(Math.max(0, lines.length - tailLines))
      .map(({ at, text }) =>
        timestamps ? `${new Date(at).toISOString()} ${text}` : text,
      );
  }

  follow(
    where: { namespace: string; name: string },
    container: string,
    onLine: (line: string) => void,
  ): () => void {
    let told = this.#context.now();
    const timer = setInterval(() => {
      const now = this.#context.now();
      const writer = this.#find(where, container);
      if (writer) {
        this.#between(writer, told + 1, now).forEach(({ text }) =>
          onLine(text),
        );
      }
      told = now;
    }, this.#context.scaled(TICK_MS));
    timer.unref();
    return () => clearInterval(timer);
  }

  #find(
    { namespace, name }: { namespace: string; name: string },
    containerName: string,
  ): Writer | undefined {
    const pod = this.#context.store.get(typed.pods, namespace, name);
    const named = (list: { name: string }[] | undefined) =>
      list?.findIndex(candidate => candidate.name === containerName) ?? -1;
    const all = [
      ...(pod?.spec.initContainers ?? []),
      ...(pod?.spec.containers ?? []),
    ];
    const statuses = [
      ...(pod?.status?.initContainerStatuses ?? []),
      ...(pod?.status?.containerStatuses ?? []),
    ];
    const container = all[named(all)];
    const status = statuses[named(statuses)];
    return pod && container && status ? { pod, container, status } : undefined;
  }

  /** What was written from one time to another, of the last that ran. */
  #between(writer: Writer, from: number, to: number): Line[] {
    const { state, lastState } = writer.status;
    const ended =
      state.terminated ?? (state.running ? undefined : lastState.terminated);
    const begun = state.running?.startedAt ?? ended?.startedAt;
    if (!begun) {
      return [];
    }
    const begin = Date.parse(begun);
    const end = ended ? Date.parse(ended.finishedAt) : to;
    return [
      ...startUp(writer, begin),
      ...this.#requests(
        writer,
        Math.max(begin + STARTED_MS, from),
        Math.min(end, to),
      ),
      ...(ended ? ending(writer, ended, end) : []),
    ].filter(({ at }) => at >= from && at <= to);
  }

  #previous(writer: Writer): Line[] {
    const { terminated } = writer.status.lastState;
    if (!terminated) {
      return [];
    }
    return [
      ...startUp(writer, Date.parse(terminated.startedAt)),
      ...ending(writer, terminated, Date.parse(terminated.finishedAt)),
    ];
  }

  #requests(writer: Writer, from: number, to: number): Line[] {
    const tick = Math.max(1, this.#context.scaled(TICK_MS));
    const lines: Line[] = [];
    const first = Math.max(
      Math.ceil(from / tick),
      Math.floor(to / tick) - MOST,
    );
    for (let number = first; number * tick <= to; number++) {
      const at = number * tick;
      const load = this.#load.loadOf(writer.pod, at);
      if (load || (load === undefined && number % IDLE_TICKS === 0)) {
        lines.push({ at, text: request(writer, at, number, load ?? 0) });
      }
    }
    return lines;
  }
}

function startUp(writer: Writer, begin: number): Line[] {
  const { container } = writer;
  const { containerPort: port } = container.ports?.[0] ?? {};
  return [
    {
      at: begin,
      text: line(writer, begin, INFO, 'starting', { image: container.image }),
    },
    {
      at: begin + 1,
      text: port
        ? line(writer, begin + 1, INFO, 'server listening', { port })
        : line(writer, begin + 1, INFO, 'started'),
    },
  ];
}

/** The last words of a container. */
function ending(
  writer: Writer,
  {
    exitCode,
    reason,
    message,
  }: { exitCode: number; reason: string; message?: string },
  at: number,
): Line[] {
  // What is killed for its memory has no time to say so.
  if (reason === 'OOMKilled') {
    return [];
  }
  return exitCode === 0
    ? [{ at, text: line(writer, at, INFO, 'stopped') }]
    : [{ at, text: line(writer, at, FATAL, (message ?? reason).trim()) }];
}

function request(
  writer: Writer,
  at: number,
  number: number,
  load: number,
): string {
  const bytes = createHash('sha256')
    .update(`${writer.pod.metadata.uid}/${number}`)
    .digest();
  const { method, url, statusCode } = REQUESTS[bytes[0] % REQUESTS.length];
  return line(
    writer,
    at,
    statusCode >= 500 ? ERROR : INFO,
    'request completed',
    {
      reqId: bytes.toString('hex', 1, 5),
      method,
      url,
      statusCode,
      responseTime: Math.round(2 + (bytes[5] % 8) + 20 * load),
    },
  );
}

/** Pino's form: 30 is info, 60 is fatal. */
function line(
  { pod }: Writer,
  at: number,
  level: number,
  msg: string,
  rest: object = {},
): string {
  return JSON.stringify({
    level,
    time: at,
    pid: 1,
    hostname: pod.metadata.name,
    ...rest,
    msg,
  });
}
