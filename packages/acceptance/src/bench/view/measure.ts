import { setTimeout as pause } from 'node:timers/promises';
import type { Product } from './backendMain';
import { Child } from './child';
import type { Behaviour, Counts, FarmCommand, FarmNews } from './farmMain';
import { startPortal } from './portal';
import { openOnce, Viewers } from './viewers';

/** How often everybody opens the page at once. */
const ROUNDS = 2;
/** How long the pages then stay open, in milliseconds. */
const WINDOW_MS = 20_000;
/** What opening takes is over after this time, in milliseconds. */
const SETTLE_MS = 3_000;
/** A pod changes this often while they do. */
const CHANGE_MS = 1_000;
/** What nobody is shown within this time after the last change was missed. */
const GRACE_MS = 2_000;

/** What is looked at, and by how many. */
export interface Case {
  viewers: number;
  /** In each cluster. */
  pods: number;
  clusters: number;
  /** Whether one of the clusters never answers, and one refuses. */
  troubled: boolean;
}

/** What one product made of a case. */
export interface Figures {
  /** Milliseconds until the first page of all showed something. */
  first: number;
  /** Milliseconds until a page does when all open at once; Infinity: never. */
  answer: { p50: number; p95: number };
  /** Milliseconds from a pod's change to the browser; Infinity: not shown. */
  change: { p50: number; p95: number };
  /** Of the clusters, in a minute with the pages open. */
  perMinute: Counts;
  /** Bytes that the browsers got in that minute. */
  browserBytes: number;
  /** Milliseconds of the backend's CPU in that minute. */
  cpu: number;
  /** Bytes that the backend's process has at its end. */
  memory: number;
  /** Bytes of them that are in use. */
  held: number;
}

const quantile = (times: number[], part: number) => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
};

const quantiles = (times: number[]) => ({
  p50: quantile(times, 0.5),
  p95: quantile(times, 0.95),
});

function behavioursOf({ clusters, troubled }: Case): Behaviour[] {
  return Array.from({ length: clusters }, (_, index) => {
    if (troubled && index === clusters - 1) {
      return 'hanging';
    }
    return troubled && index === clusters - 2 ? 'denied' : 'healthy';
  });
}

/** Has one product show a case, on clusters and in a backend of its own. */
export async function measure(product: Product, given: Case): Promise<Figures> {
  const farm = new Child<FarmCommand, FarmNews>('farmMain.ts', [
    String(given.pods),
    ...behavioursOf(given),
  ]);
  try {
    const portal = await startPortal(product, await farm.next('started'));
    try {
      const first = await openOnce(product, portal);
      const answers: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const all = Array.from({ length: given.viewers }, () =>
          openOnce(product, portal),
        );
        answers.push(...(await Promise.all(all)));
      }

      const viewers = new Viewers(product, portal, given.viewers);
      await pause(SETTLE_MS);
      const count = async () => {
        const counted = farm.next('counts');
        farm.tell({ count: true });
        return await counted;
      };
      const before = {
        counts: await count(),
        usage: await portal.usage(),
        bytes: viewers.seen.bytes,
        at: Date.now(),
      };
      const changedAt = new Map<number, number>();
      farm.onNews(
        ({ changed }) => changed && changedAt.set(changed.restarts, changed.at),
      );
      for (
        let restarts = 1;
        Date.now() - before.at < WINDOW_MS;
        restarts += 1
      ) {
        farm.tell({ restarts });
        await pause(CHANGE_MS);
      }
      const minutes = (Date.now() - before.at) / 60_000;
      const after = { counts: await count(), usage: await portal.usage() };
      const bytes = viewers.seen.bytes - before.bytes;
      // Who asks every ten seconds sees the last change when he asks next.
      await pause(product === 'official' ? 10_000 : GRACE_MS);
      const shown = new Map(viewers.seen.restarts);
      await viewers.stop();

      const perMinute = (part: keyof Counts) =>
        (after.counts[part] - before.counts[part]) / minutes;
      return {
        first,
        answer: quantiles(answers),
        change: quantiles(
          [...changedAt].map(([restarts, at]) =>
            Math.max(0, (shown.get(restarts) ?? Infinity) - at),
          ),
        ),
        perMinute: {
          lists: perMinute('lists'),
          watches: perMinute('watches'),
          metrics: perMinute('metrics'),
          other: perMinute('other'),
          bytes: perMinute('bytes'),
        },
        browserBytes: bytes / minutes,
        cpu: (after.usage.cpu - before.usage.cpu) / minutes,
        memory: after.usage.memory,
        held: after.usage.held,
      };
    } finally {
      await portal.stop();
    }
  } finally {
    await farm.stop();
  }
}
