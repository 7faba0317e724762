import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { deadline, withSignal } from '../lib/deadline';
import { Renewed } from '../lib/Renewed';
import type { WatchableCluster, WatchSource } from './types';

/** How long the clusters of a source are taken for true. */
const LIFETIME_MS = 10_000;
/**
 * How long a source is waited for, so that its clusters do not hold up those
 * of the others. What it says later counts from then on.
 */
const PATIENCE_MS = 5_000;

/** The clusters of all sources; one that fails does not hide the others. */
export class Sources {
  private readonly sources: Renewed<() => WatchableCluster[]>[] = [];

  constructor(private readonly logger: LoggerService) {}

  add(source: WatchSource): void {
    let last: WatchableCluster[] = [];
    this.sources.push(
      new Renewed(async () => {
        try {
          const asked = source.clusters().then(found => {
            last = found;
          });
          await withSignal(asked, deadline(PATIENCE_MS));
        } catch (error) {
          // Those of the last time are nearer to the truth than none.
          this.logger.warn(
            `The clusters could not be listed: ${toError(error).message}`,
          );
        }
        return { value: () => last, until: Date.now() + LIFETIME_MS };
      }),
    );
  }

  async clusters(): Promise<WatchableCluster[]> {
    const lists = await Promise.all(this.sources.map(source => source.get()));
    const byName = new Map<string, WatchableCluster>();
    for (const cluster of lists.flatMap(list => list())) {
      if (!byName.has(cluster.name)) {
        byName.set(cluster.name, cluster);
      }
    }
    return [...byName.values()];
  }

  async find(name: string): Promise<WatchableCluster | undefined> {
    return (await this.clusters()).find(cluster => cluster.name === name);
  }
}
