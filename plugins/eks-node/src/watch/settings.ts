import { readDurationFromConfig, type Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';

/**
 * The `eks.watch` section of the configuration, in milliseconds and numbers.
 *
 * @public
 */
export interface WatchSettings {
  /** How long something is still watched after the last one who looked. */
  keepMs: number;
  /** Without a sign of life for this long, a connection is taken for dead. */
  silenceMs: number;
  /** How long an API may take to begin an answer. */
  answerMs: number;
  /** Longest time between two tries to reach a cluster. */
  maximumBackoffMs: number;
  /** Time between two readings of usage figures. */
  metricsMs: number;
  /** Most list-and-watches of the whole process, those of single namespaces too. */
  maximumWatches: number;
  /** Most objects of one kind that are kept of one cluster. */
  maximumObjects: number;
}

/** @public */
export const defaultWatchSettings: WatchSettings = {
  keepMs: 5 * 60_000,
  // An API server sends a bookmark about once a minute.
  silenceMs: 90_000,
  answerMs: 10_000,
  maximumBackoffMs: 15_000,
  metricsMs: 15_000,
  maximumWatches: 500,
  maximumObjects: 20_000,
};

const durations = {
  keep: 'keepMs',
  silence: 'silenceMs',
  answer: 'answerMs',
  maximumBackoff: 'maximumBackoffMs',
  metrics: 'metricsMs',
} as const;

const counts = ['maximumWatches', 'maximumObjects'] as const;

/**
 * Reads `eks.watch`.
 *
 * @throws InputError that names the full key of a value that cannot be used.
 * @public
 */
export function readWatchSettings(config: Config): WatchSettings {
  const section = config.getOptionalConfig('eks.watch');
  const settings = { ...defaultWatchSettings };
  for (const [key, setting] of Object.entries(durations)) {
    if (section?.has(key)) {
      settings[setting] = readMilliseconds(section, key);
    }
  }
  for (const key of counts) {
    const value = section?.getOptionalNumber(key);
    if (value !== undefined) {
      if (!Number.isInteger(value) || value < 1) {
        throw new InputError(`eks.watch.${key}: use a whole number above 0`);
      }
      settings[key] = value;
    }
  }
  return settings;
}

function readMilliseconds(section: Config, key: string): number {
  let milliseconds: number;
  try {
    milliseconds = durationToMilliseconds(
      readDurationFromConfig(section, { key }),
    );
  } catch (error) {
    throw new InputError(
      `eks.watch.${key}: expected a duration such as { seconds: 30 }`,
      error,
    );
  }
  if (milliseconds < 1) {
    throw new InputError(`eks.watch.${key}: use more than no time`);
  }
  return milliseconds;
}
