import { setTimeout as pause } from 'node:timers/promises';
import type { Product } from './backendMain';
import type { Portal } from './portal';

/** As the frontend of the official plugin asks. */
const POLL_MS = 10_000;
/** Nobody waits for longer. */
export const PATIENCE_MS = 20_000;

/** What viewers got to see. */
export interface Seen {
  /** Bytes of all answers. */
  bytes: number;
  /** When a pod was first shown with so many restarts, by that number. */
  restarts: Map<number, number>;
}

/** In an object of Kubernetes, in our model, and in a patch of it. */
const RESTARTS = /"(?:restartCount|restarts)":(?:\{"value":)?(\d+)/g;

/** Notes what a text shows of the pod that is changed. */
function note(seen: Seen, text: string) {
  const now = Date.now();
  let most = 0;
  for (const [, digits] of text.matchAll(RESTARTS)) {
    most = Math.max(most, Number(digits));
  }
  for (let restarts = most; restarts > 0; restarts -= 1) {
    if (seen.restarts.has(restarts)) {
      return;
    }
    seen.restarts.set(restarts, now);
  }
}

const headersOf = ({ token }: Portal) => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
});

/** Reads a body to its end, or until somebody has seen enough. */
async function readBody(
  response: Response,
  onText: (text: string) => boolean,
): Promise<number> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let bytes = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    bytes += value.length;
    if (onText(decoder.decode(value, { stream: true }))) {
      await reader.cancel().catch(() => {});
      break;
    }
  }
  return bytes;
}

/** One answer of the official plugin, whole. */
async function askOfficial(
  portal: Portal,
  seen: Seen,
  signal: AbortSignal,
  looks: boolean,
) {
  const response = await fetch(`${portal.url}/api/kubernetes/services/orders`, {
    method: 'POST',
    headers: headersOf(portal),
    body: JSON.stringify({
      auth: {},
      entity: {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: {
          name: 'orders',
          namespace: 'default',
          annotations: {
            'backstage.io/kubernetes-namespace': 'orders',
            'backstage.io/kubernetes-label-selector':
              'app.kubernetes.io/name=orders',
          },
        },
        spec: {},
      },
    }),
    signal,
  });
  if (!response.ok) {
    throw new Error(`${response.status} ${await response.text()}`);
  }
  let text = '';
  seen.bytes += await readBody(response, part => {
    text += looks ? part : '';
    return false;
  });
  note(seen, text);
}

/**
 * Our stream, from the first event on.
 *
 * @param onFirst - called when the first event is whole; true ends it there
 */
async function followSlipway(
  portal: Portal,
  seen: Seen,
  signal: AbortSignal,
  looks: boolean,
  onFirst: () => boolean,
) {
  const response = await fetch(
    `${portal.url}/api/eks/runtime/component/default/orders`,
    {
      headers: { ...headersOf(portal), accept: 'text/event-stream' },
      signal,
    },
  );
  if (!response.ok) {
    throw new Error(`${response.status} ${await response.text()}`);
  }
  let tail = '';
  let isFirst = true;
  await readBody(response, part => {
    seen.bytes += Buffer.byteLength(part);
    // Events end with an empty line, which two parts may share.
    const ended = `${tail}${part}`.includes('\n\n');
    tail = part.slice(-1);
    if (looks) {
      note(seen, part);
    }
    if (isFirst && ended) {
      isFirst = false;
      return onFirst();
    }
    return false;
  });
}

/** One viewer opens the page, and closes it when it shows something. */
export async function openOnce(
  product: Product,
  portal: Portal,
): Promise<number> {
  const seen: Seen = { bytes: 0, restarts: new Map() };
  const started = performance.now();
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    if (product === 'official') {
      await askOfficial(portal, seen, signal, false);
    } else {
      await followSlipway(portal, seen, signal, false, () => true);
    }
    return performance.now() - started;
  } catch (error) {
    if (signal.aborted) {
      return Infinity;
    }
    throw error;
  }
}

/** Viewers that keep the page open; the first of them looks at what it shows. */
export class Viewers {
  readonly seen: Seen = { bytes: 0, restarts: new Map() };
  readonly #stopping = new AbortController();
  readonly #all: Promise<void>[];

  constructor(
    private readonly product: Product,
    private readonly portal: Portal,
    count: number,
  ) {
    this.#all = Array.from({ length: count }, (_, index) =>
      this.#view(index, count).catch(error => {
        if (!this.#stopping.signal.aborted) {
          throw error;
        }
      }),
    );
  }

  async #view(index: number, count: number) {
    const { product, portal, seen } = this;
    const { signal } = this.#stopping;
    if (product === 'slipway') {
      await followSlipway(portal, seen, signal, index === 0, () => false);
      return;
    }
    // People open their pages at different times.
    await pause((index / count) * POLL_MS, undefined, { signal });
    for (;;) {
      const started = Date.now();
      const patience = AbortSignal.timeout(PATIENCE_MS);
      await askOfficial(
        portal,
        seen,
        AbortSignal.any([signal, patience]),
        index === 0,
      ).catch(error => {
        if (!patience.aborted) {
          throw error;
        }
      });
      const rest = POLL_MS - (Date.now() - started);
      await pause(Math.max(0, rest), undefined, { signal });
    }
  }

  async stop() {
    this.#stopping.abort();
    await Promise.all(this.#all);
  }
}
