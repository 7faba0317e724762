import { readDurationFromConfig, type Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import {
  partitionOfRegion,
  type Partition,
} from '@slipway/backstage-plugin-eks-common';

/**
 * An account and region that may hold clusters.
 *
 * @public
 */
export interface EksPlace {
  /** Twelve digits. */
  accountId: string;
  region: string;
  partition: Partition;
}

/**
 * The `eks.discovery` section of the configuration.
 *
 * @public
 */
export interface EksConfig {
  /** Every configured pair of account and region, once. */
  places: EksPlace[];
  /** Milliseconds between two discoveries. */
  frequencyMs: number;
  /** Milliseconds that one place has to answer. */
  timeoutMs: number;
}

const DEFAULT_FREQUENCY_MS = 5 * 60_000;
const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * Reads `eks.discovery`. Without that section there are no places, and so no
 * clusters.
 *
 * @throws InputError that names the full key of a value that cannot be used.
 * @public
 */
export function readEksConfig(config: Config): EksConfig {
  const discovery = config.getOptionalConfig('eks.discovery');
  const places = new Map<string, EksPlace>();

  const accounts = discovery?.getOptionalConfigArray('accounts') ?? [];
  accounts.forEach((account, index) => {
    const key = `eks.discovery.accounts[${index}]`;
    const accountId = account.getOptional('accountId');
    if (typeof accountId !== 'string' || !/^\d{12}$/.test(accountId)) {
      throw new InputError(
        `${key}.accountId: expected twelve digits in quotes, such as '111122223333'`,
      );
    }
    const regions = account.getOptional('regions');
    if (!Array.isArray(regions) || regions.length === 0) {
      throw new InputError(
        `${key}.regions: name at least one region, such as eu-west-1`,
      );
    }
    regions.forEach((region, regionIndex) => {
      if (
        typeof region !== 'string' ||
        !/^[a-z]{2}(-[a-z]+)+-\d+$/.test(region)
      ) {
        throw new InputError(
          `${key}.regions[${regionIndex}]: ${JSON.stringify(
            region,
          )} is not a region such as eu-west-1`,
        );
      }
      places.set(`${accountId}/${region}`, {
        accountId,
        region,
        partition: partitionOfRegion(region),
      });
    });
  });

  const schedule = discovery?.getOptionalConfig('schedule');
  return {
    places: [...places.values()],
    frequencyMs: readDuration(schedule, 'frequency', {
      fallbackMs: DEFAULT_FREQUENCY_MS,
      minimumMs: 10_000,
    }),
    timeoutMs: readDuration(schedule, 'timeout', {
      fallbackMs: DEFAULT_TIMEOUT_MS,
      minimumMs: 1_000,
    }),
  };
}

function readDuration(
  schedule: Config | undefined,
  key: string,
  limits: { fallbackMs: number; minimumMs: number },
): number {
  if (!schedule?.has(key)) {
    return limits.fallbackMs;
  }
  const fullKey = `eks.discovery.schedule.${key}`;
  let milliseconds: number;
  try {
    milliseconds = durationToMilliseconds(
      readDurationFromConfig(schedule, { key }),
    );
  } catch (error) {
    throw new InputError(
      `${fullKey}: expected a duration such as { minutes: 5 }`,
      error,
    );
  }
  if (milliseconds < limits.minimumMs) {
    throw new InputError(
      `${fullKey}: use at least ${limits.minimumMs / 1000} s, not ${
        milliseconds / 1000
      } s`,
    );
  }
  return milliseconds;
}
