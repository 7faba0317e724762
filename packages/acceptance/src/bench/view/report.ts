import type { Case, Figures } from './measure';

/** Both products on the same case. */
export interface Compared {
  case: Case;
  official: Figures;
  slipway: Figures;
}

/** What ours has to reach, and whether it does. */
export interface Target {
  text: string;
  reached: boolean;
}

const ANSWER_MS = 200;
const CHANGE_MS = 500;
const REQUESTS_RATIO = 100;
const BYTES_RATIO = 20;

/** Requests of all kinds in a minute. */
export const requestsOf = ({ perMinute }: Figures) =>
  perMinute.lists + perMinute.watches + perMinute.metrics + perMinute.other;

/** How many times less; nothing at all is infinitely less. */
const timesLess = (official: number, slipway: number) =>
  slipway === 0 ? Infinity : official / slipway;

/** The official plugin shows nothing while one cluster hangs. */
const compares = ({ case: { troubled } }: Compared) => !troubled;
const everyCase = (
  compared: Compared[],
  holds: (one: Compared) => boolean,
): boolean => compared.length > 0 && compared.every(holds);

/**
 * The targets. Metrics are read once in an interval for all viewers, so that
 * with one viewer they weigh more: requests count from ten viewers on.
 */
export function targetsOf(compared: Compared[]): Target[] {
  const several = compared.filter(
    one => compares(one) && one.case.viewers >= 10,
  );
  const heaviest = compared.filter(
    ({ case: { viewers, pods, troubled } }) =>
      viewers === 50 && pods === 400 && troubled,
  );
  return [
    {
      text: `with the pages open, no LIST, and at most 1/${REQUESTS_RATIO} of the requests from 10 viewers on while no cluster is in trouble`,
      reached:
        everyCase(compared, ({ slipway }) => slipway.perMinute.lists === 0) &&
        everyCase(
          several,
          ({ official, slipway }) =>
            timesLess(requestsOf(official), requestsOf(slipway)) >=
            REQUESTS_RATIO,
        ),
    },
    {
      text: `from a pod's change to the browser at most ${CHANGE_MS} ms (p95)`,
      reached: everyCase(
        compared,
        ({ slipway }) => slipway.change.p95 <= CHANGE_MS,
      ),
    },
    {
      text: `an answer within ${ANSWER_MS} ms (p95) for 50 viewers of 400 pods while a cluster hangs`,
      reached: everyCase(
        heaviest,
        ({ slipway }) => slipway.answer.p95 <= ANSWER_MS,
      ),
    },
    {
      text: `at most 1/${BYTES_RATIO} of the bytes to the browsers, and of those from clusters of 400 pods and more, while no cluster is in trouble`,
      reached:
        everyCase(
          compared.filter(compares),
          ({ official, slipway }) =>
            timesLess(official.browserBytes, slipway.browserBytes) >=
            BYTES_RATIO,
        ) &&
        everyCase(
          compared.filter(one => compares(one) && one.case.pods >= 400),
          ({ official, slipway }) =>
            timesLess(official.perMinute.bytes, slipway.perMinute.bytes) >=
            BYTES_RATIO,
        ),
    },
  ];
}

const round = (value: number) =>
  value >= 100 ? value.toFixed(0) : value.toPrecision(2);
const time = (ms: number) => {
  if (!Number.isFinite(ms)) {
    return 'never';
  }
  return ms >= 1_000 ? `${round(ms / 1_000)} s` : `${ms.toFixed(0)} ms`;
};
const size = (bytes: number) => {
  if (bytes >= 1e6) {
    return `${round(bytes / 1e6)} MB`;
  }
  return `${round(bytes / 1e3)} kB`;
};
const ratio = (official: number, slipway: number) => {
  const times = timesLess(official, slipway);
  if (!Number.isFinite(official) || !Number.isFinite(times)) {
    return '–';
  }
  return `${round(times)} ×`;
};

type Row = [
  name: string,
  figure: (figures: Figures) => number,
  format: (value: number) => string,
];

const ROWS: Row[] = [
  ['requests to clusters a minute', requestsOf, round],
  ['of these LISTs', ({ perMinute }) => perMinute.lists, round],
  ['bytes from clusters a minute', ({ perMinute }) => perMinute.bytes, size],
  ['bytes to browsers a minute', ({ browserBytes }) => browserBytes, size],
  ['first page of all', ({ first }) => first, time],
  ['all open the page, p50', ({ answer }) => answer.p50, time],
  ['all open the page, p95', ({ answer }) => answer.p95, time],
  ['change to browser, p50', ({ change }) => change.p50, time],
  ['change to browser, p95', ({ change }) => change.p95, time],
  ['backend, CPU a minute', ({ cpu }) => cpu, time],
  ['backend, memory', ({ memory }) => memory, size],
  ['of it in use', ({ held }) => held, size],
];

export function titleOf({ viewers, pods, clusters, troubled }: Case): string {
  const of = (count: number, thing: string) =>
    `${count} ${thing}${count === 1 ? '' : 's'}`;
  return `${of(viewers, 'viewer')}, ${of(clusters, 'cluster')} of ${of(
    pods,
    'pod',
  )}${troubled ? ', one hangs, one refuses' : ''}`;
}

/** One case as a table in Markdown. */
export function tableOf({ case: given, official, slipway }: Compared): string {
  const lines = ROWS.map(
    ([name, figure, format]) =>
      `| ${name} | ${format(figure(official))} | ${format(
        figure(slipway),
      )} | ${ratio(figure(official), figure(slipway))} |`,
  );
  return [
    `| ${titleOf(given)} | official plugin | Slipway | less by |`,
    '| --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}
