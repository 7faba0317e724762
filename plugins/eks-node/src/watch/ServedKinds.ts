import type { KubeConfig } from '@kubernetes/client-node';
import { openKubernetes, parseObject, readText } from '../kubernetes/request';
import { isObject, textIn } from '../lib/text';
import type { WatchKind } from './types';

/** How often a cluster that lacks a kind is asked whether it has it now. */
const EVERY_MS = 60_000;
const MAXIMUM_BYTES = 4 * 1024 * 1024;

interface Waiting {
  groupVersion: string;
  resolve(): void;
}

/**
 * Looks whether clusters have come to serve what they did not, as when an
 * add-on is installed: one small question for all kinds of a cluster that are
 * waited for, and no list.
 */
export class ServedKinds {
  readonly #options: {
    connect(cluster: string): Promise<KubeConfig>;
    answerMs: number;
    everyMs?: number;
  };
  /** By the name of the cluster. */
  readonly #waiting = new Map<string, Set<Waiting>>();

  constructor(options: {
    connect(cluster: string): Promise<KubeConfig>;
    answerMs: number;
    everyMs?: number;
  }) {
    this.#options = options;
  }

  /**
   * Resolves when the API group of a kind is served, or when nobody waits for
   * it any more.
   */
  come(
    cluster: string,
    { group, version }: WatchKind,
    signal: AbortSignal,
  ): Promise<void> {
    return new Promise(resolve => {
      const all = this.#waiting.get(cluster) ?? new Set();
      const one: Waiting = { groupVersion: `${group}/${version}`, resolve };
      all.add(one);
      if (!this.#waiting.has(cluster)) {
        this.#waiting.set(cluster, all);
        this.#lookAgain(cluster);
      }
      signal.addEventListener(
        'abort',
        () => {
          all.delete(one);
          resolve();
        },
        { once: true },
      );
    });
  }

  #lookAgain(cluster: string): void {
    const timer = setTimeout(async () => {
      const all = this.#waiting.get(cluster);
      if (all && all.size > 0) {
        const served = await this.#served(cluster).catch(
          // Whoever watches the cluster says what is the matter with it.
          () => new Set<string>(),
        );
        for (const one of all) {
          if (served.has(one.groupVersion)) {
            all.delete(one);
            one.resolve();
          }
        }
      }
      if (all && all.size > 0) {
        this.#lookAgain(cluster);
      } else {
        this.#waiting.delete(cluster);
      }
    }, this.#options.everyMs ?? EVERY_MS);
    timer.unref();
  }

  async #served(cluster: string): Promise<Set<string>> {
    const { connect, answerMs } = this.#options;
    const signal = AbortSignal.timeout(answerMs);
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    const kubeConfig = await Promise.race([connect(cluster), late]);
    const response = await openKubernetes(kubeConfig, '/apis', {
      signal,
      headersMs: answerMs,
    });
    const { groups } = parseObject(await readText(response, MAXIMUM_BYTES));
    return new Set(
      (Array.isArray(groups) ? groups : []).flatMap(group =>
        isObject(group) && Array.isArray(group.versions)
          ? group.versions.flatMap(
              version => textIn(version, 'groupVersion') ?? [],
            )
          : [],
      ),
    );
  }
}
