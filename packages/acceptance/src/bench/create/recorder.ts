import { createServiceFactory } from '@backstage/backend-plugin-api';
import {
  type MetricsService,
  metricsServiceRef,
} from '@backstage/backend-plugin-api/alpha';
import type { Interval } from './intervals';

/** A step of a task, and when it ran. */
export interface RecordedStep extends Interval {
  /** Title of the step. */
  name: string;
}

/**
 * Listens to the scaffolder's own metrics: it tells how long each step and the
 * task took at the moment when they end.
 */
export class Recorder {
  private steps: RecordedStep[] = [];
  private task: Interval | undefined;

  /** Gives every plugin a metrics service that this one hears. */
  feature() {
    return createServiceFactory({
      service: metricsServiceRef,
      deps: {},
      factory: () => this.metrics(),
    });
  }

  /** What was recorded since the last call; the task when it has ended. */
  take(): { steps: RecordedStep[]; task: Interval | undefined } {
    const { steps, task } = this;
    this.steps = [];
    this.task = undefined;
    return { steps, task };
  }

  private metrics(): MetricsService {
    const observable = () => ({ addCallback() {}, removeCallback() {} });
    const counter = () => ({ add() {} });
    return {
      createCounter: counter,
      createUpDownCounter: counter,
      createGauge: () => ({ record() {} }),
      createHistogram: name => ({
        record: (seconds, attributes) =>
          this.record(name, seconds, String(attributes?.step)),
      }),
      createObservableCounter: observable,
      createObservableUpDownCounter: observable,
      createObservableGauge: observable,
    };
  }

  private record(metric: string, seconds: number, step: string) {
    const to = performance.timeOrigin + performance.now();
    const interval = { from: to - seconds * 1_000, to };
    if (metric === 'scaffolder.step.duration') {
      this.steps.push({ ...interval, name: step });
    } else if (metric === 'scaffolder.task.duration') {
      this.task = interval;
    }
  }
}
