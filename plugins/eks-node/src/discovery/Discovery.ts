import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  DiscoveryFailure,
  EksCluster,
} from '@slipway/backstage-plugin-eks-common';
import limiter, { type Limit } from 'p-limit';
import type { AwsClients } from '../aws/AwsClients';
import { mapAwsError } from '../aws/mapAwsError';
import type { EksConfig, EksPlace } from '../config';
import { deadline, withSignal } from '../lib/deadline';
import { describePlace, discoverPlace } from './discoverPlace';

/** How many accounts and regions are asked at once. */
const CONCURRENCY = 8;

/** How long an answer waits for places that have never answered. */
const PATIENCE_MS = 5_000;

/** What is known of one account and region. */
interface PlaceState {
  place: EksPlace;
  clusters: EksCluster[];
  failures: string[];
  /** When it was last asked to the end; undefined before. */
  askedAt?: number;
  inFlight?: Promise<void>;
}

/**
 * Keeps the clusters of every configured account and region. Each place is
 * asked on its own, so a slow or denied one costs the others nothing.
 *
 * The scheduler of Backstage belongs to plugins and runs a task on one host
 * only, while every process needs its own list; hence a timer of our own.
 */
export class Discovery {
  private readonly states: PlaceState[];
  private readonly limit: Limit = limiter(CONCURRENCY);
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: {
      config: EksConfig;
      aws: AwsClients;
      logger: LoggerService;
      now?: () => number;
      /** Milliseconds; for tests. */
      patienceMs?: number;
    },
  ) {
    this.states = options.config.places.map(place => ({
      place,
      clusters: [],
      failures: [],
    }));
  }

  async list(): Promise<{
    clusters: EksCluster[];
    failures: DiscoveryFailure[];
  }> {
    this.startTimer();
    const now = this.now();
    const { frequencyMs, timeoutMs } = this.options.config;
    for (const state of this.states) {
      if (state.askedAt === undefined || now - state.askedAt > frequencyMs) {
        this.refresh(state);
      }
    }
    const unknown = this.states.filter(state => state.askedAt === undefined);
    if (unknown.length > 0) {
      const patience = Math.min(
        this.options.patienceMs ?? PATIENCE_MS,
        timeoutMs,
      );
      await withSignal(
        Promise.all(unknown.map(state => state.inFlight)),
        deadline(patience, this.stopping.signal),
      ).catch(() => undefined);
    }
    return {
      clusters: this.states
        .flatMap(state => state.clusters)
        .sort(
          (a, b) => a.name.localeCompare(b.name) || a.arn.localeCompare(b.arn),
        ),
      failures: this.states.flatMap(state =>
        failuresOf(state).map(message => ({
          accountId: state.place.accountId,
          region: state.place.region,
          message,
        })),
      ),
    };
  }

  /** A cluster that was found before; undefined otherwise. */
  find(clusterArn: string): EksCluster | undefined {
    return this.states
      .flatMap(state => state.clusters)
      .find(cluster => cluster.arn === clusterArn);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.stopping.abort();
  }

  private startTimer() {
    if (this.timer || this.stopping.signal.aborted) {
      return;
    }
    this.timer = setInterval(() => {
      this.states.forEach(state => this.refresh(state));
    }, this.options.config.frequencyMs);
    this.timer.unref();
  }

  private refresh(state: PlaceState) {
    if (this.stopping.signal.aborted) {
      return;
    }
    state.inFlight ??= this.limit(() => this.ask(state)).finally(() => {
      state.inFlight = undefined;
    });
  }

  private async ask(state: PlaceState): Promise<void> {
    const { place } = state;
    const { aws, config, logger } = this.options;
    const signal = deadline(config.timeoutMs, this.stopping.signal);
    try {
      const client = aws.eks(place);
      const found = await withSignal(
        discoverPlace(client, place, signal),
        signal,
      );
      state.clusters = found.clusters;
      state.failures = found.failures;
    } catch (thrown) {
      if (this.stopping.signal.aborted) {
        return;
      }
      const error = mapAwsError(thrown, {
        action: 'eks:ListClusters',
        resource: describePlace(place),
      });
      if (error.name === 'NotAllowedError') {
        // What was seen before is no longer ours to show. What merely failed
        // is still there.
        state.clusters = [];
      }
      state.failures = [error.message];
    }
    state.askedAt = this.now();
    for (const failure of state.failures) {
      logger.warn(`EKS discovery: ${failure}`);
    }
  }

  private now(): number {
    return this.options.now?.() ?? Date.now();
  }
}

function failuresOf(state: PlaceState): string[] {
  return state.askedAt === undefined
    ? [
        `${describePlace(
          state.place,
        )}: AWS has not answered yet; its clusters follow as soon as it does`,
      ]
    : state.failures;
}
