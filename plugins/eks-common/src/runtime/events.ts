import type { PodEvent } from './api';
import { numberOf, textOf, timeOf } from './kubernetes';

/** What is told of an object, as it is shown; nothing of what is no event. */
export function toEvent(value: unknown, index: number): PodEvent[] {
  if (!isObject(value)) {
    return [];
  }
  const metadata = isObject(value.metadata) ? value.metadata : {};
  const source = isObject(value.source) ? value.source : {};
  // Whoever uses the newer API leaves the older fields empty.
  const series = isObject(value.series) ? value.series : {};
  const at = timeOf(value.eventTime) ?? timeOf(metadata.creationTimestamp);
  return [
    {
      id: textOf(metadata.uid) ?? String(index),
      type: value.type === 'Warning' ? 'warning' : 'normal',
      reason: textOf(value.reason),
      message: textOf(value.message),
      count: numberOf(series.count) ?? numberOf(value.count) ?? 1,
      firstAt: timeOf(value.firstTimestamp) ?? at,
      lastAt:
        timeOf(series.lastObservedTime) ?? timeOf(value.lastTimestamp) ?? at,
      source: textOf(source.component) ?? textOf(value.reportingComponent),
    },
  ];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
