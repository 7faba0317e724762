import type { Autoscaler, ScalingRules } from './objects';

const DOWN_STABILIZATION_SECONDS = 300;
/** Without rules of one's own it never shrinks by less than it may. */
const DEFAULT_UP: Required<Pick<ScalingRules, 'policies' | 'selectPolicy'>> = {
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const DEFAULT_DOWN: typeof DEFAULT_UP = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

interface Recommendation {
  at: number;
  replicas: number;
}

interface Change {
  at: number;
  /** How many pods more, or less than 0. */
  by: number;
}

/** What a decision was limited by, in the autoscaler's own words. */
export interface Said {
  reason: string;
  message: string;
}

/** What an autoscaler remembers, and how it decides by it. */
export class ScalingHistory {
  readonly #now: () => number;
  readonly #scaled: (milliseconds: number) => number;
  #recommendations: Recommendation[];
  #changes: Change[] = [];

  /** @param replicas - what there was when the autoscaler came. */
  constructor(
    replicas: number,
    clock: { now(): number; scaled(milliseconds: number): number },
  ) {
    this.#now = clock.now;
    this.#scaled = clock.scaled;
    this.#recommendations = [{ at: clock.now(), replicas }];
  }

  /** Remembers that the number of pods was changed. */
  noteChange(by: number) {
    this.#changes.push({ at: this.#now(), by });
  }

  #since(seconds: number): number {
    return this.#now() - this.#scaled(seconds * 1_000);
  }

  /**
   * What is recommended for long enough: a dip shrinks nothing, a peak that is
   * shorter than asked for adds nothing.
   */
  stabilize(
    { spec }: Autoscaler,
    current: number,
    wanted: number,
  ): { replicas: number; said: Said } {
    const { scaleUp, scaleDown } = spec.behavior ?? {};
    const up = scaleUp?.stabilizationWindowSeconds ?? 0;
    const down =
      scaleDown?.stabilizationWindowSeconds ?? DOWN_STABILIZATION_SECONDS;
    const within = (seconds: number) =>
      this.#recommendations
        .filter(({ at }) => at > this.#since(seconds))
        .map(({ replicas }) => replicas);
    const lowest = Math.min(wanted, ...within(up));
    const highest = Math.max(wanted, ...within(down));
    const oldest = this.#since(Math.max(up, down));
    this.#recommendations = [
      ...this.#recommendations.filter(({ at }) => at > oldest),
      { at: this.#now(), replicas: wanted },
    ];
    let replicas = current;
    if (replicas < lowest) {
      replicas = lowest;
    }
    if (replicas > highest) {
      replicas = highest;
    }
    return { replicas, said: describeStabilized(current, wanted, replicas) };
  }

  /** No more than the policies and the limits allow now. */
  limit(
    { spec }: Autoscaler,
    current: number,
    wanted: number,
  ): { replicas: number; said: Said | undefined } {
    const { minReplicas = 1, maxReplicas, behavior } = spec;
    if (wanted > current) {
      const limit = Math.max(
        current,
        behavior
          ? this.#upLimit({ ...DEFAULT_UP, ...behavior.scaleUp }, current)
          : Math.max(2 * current, 4),
      );
      const most = Math.min(maxReplicas, limit);
      return wanted > most
        ? { replicas: most, said: limit < maxReplicas ? UP_LIMIT : TOO_MANY }
        : { replicas: wanted, said: undefined };
    }
    if (wanted < current) {
      const limit = behavior
        ? this.#downLimit({ ...DEFAULT_DOWN, ...behavior.scaleDown }, current)
        : 0;
      const least = Math.max(minReplicas, Math.min(current, limit));
      return wanted < least
        ? { replicas: least, said: limit > minReplicas ? DOWN_LIMIT : TOO_FEW }
        : { replicas: wanted, said: undefined };
    }
    return { replicas: wanted, said: undefined };
  }

  /** How many there were before the changes of the last so many seconds. */
  #startOf(seconds: number, current: number): number {
    return this.#changes
      .filter(({ at }) => at > this.#since(seconds))
      .reduce((replicas, { by }) => replicas - by, current);
  }

  #upLimit(rules: typeof DEFAULT_UP, current: number): number {
    if (rules.selectPolicy === 'Disabled') {
      return current;
    }
    const limits = rules.policies.map(({ type, value, periodSeconds }) => {
      const start = this.#startOf(periodSeconds, current);
      return type === 'Pods'
        ? start + value
        : Math.ceil(start * (1 + value / 100));
    });
    return rules.selectPolicy === 'Min'
      ? Math.min(...limits)
      : Math.max(...limits);
  }

  #downLimit(rules: typeof DEFAULT_DOWN, current: number): number {
    if (rules.selectPolicy === 'Disabled') {
      return current;
    }
    const limits = rules.policies.map(({ type, value, periodSeconds }) => {
      const start = this.#startOf(periodSeconds, current);
      return type === 'Pods'
        ? start - value
        : Math.trunc(start * (1 - value / 100));
    });
    return rules.selectPolicy === 'Min'
      ? Math.max(...limits)
      : Math.min(...limits);
  }
}

const UP_LIMIT: Said = {
  reason: 'ScaleUpLimit',
  message:
    'the desired replica count is increasing faster than the maximum scale rate',
};
const DOWN_LIMIT: Said = {
  reason: 'ScaleDownLimit',
  message:
    'the desired replica count is decreasing faster than the maximum scale rate',
};
const TOO_MANY: Said = {
  reason: 'TooManyReplicas',
  message: 'the desired replica count is more than the maximum replica count',
};
const TOO_FEW: Said = {
  reason: 'TooFewReplicas',
  message: 'the desired replica count is less than the minimum replica count',
};

function describeStabilized(
  current: number,
  wanted: number,
  replicas: number,
): Said {
  if (replicas === wanted) {
    return {
      reason: 'ReadyForNewScale',
      message: 'recommended size matches current size',
    };
  }
  return wanted >= current
    ? {
        reason: 'ScaleUpStabilized',
        message:
          'recent recommendations were lower than current one, applying the lowest recent recommendation',
      }
    : {
        reason: 'ScaleDownStabilized',
        message:
          'recent recommendations were higher than current one, applying the highest recent recommendation',
      };
}
