import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import { readDurationFromConfig } from '@backstage/config';

/** What `eks.discovery` says. */
export interface EksConfig {
  accounts: { accountId: string; regions: string[] }[];
  /** Milliseconds between two looks at AWS. */
  refreshAfter: number;
  /** Milliseconds that one account and region may take. */
  deadline: number;
}

const MINUTE = 60_000;

/**
 * Reads `eks.discovery`. A portal without it discovers nothing.
 *
 * @throws InputError that names the key.
 */
export function readEksConfig(config: Config): EksConfig {
  const discovery = config.getOptionalConfig('eks.discovery');
  const accounts = (discovery?.getOptionalConfigArray('accounts') ?? []).map(
    (entry, index) => {
      const key = `eks.discovery.accounts[${index}]`;
      const accountId = entry.getString('accountId');
      if (!/^\d{12}$/.test(accountId)) {
        throw new InputError(
          `${key}.accountId: "${accountId}" is not an AWS account; write its twelve digits in quotes`,
        );
      }
      const regions = entry.getStringArray('regions');
      if (regions.length === 0) {
        throw new InputError(`${key}.regions: name at least one region`);
      }
      for (const region of regions) {
        if (!/^[a-z]{2}(-[a-z]+)+-\d+$/.test(region)) {
          throw new InputError(
            `${key}.regions: "${region}" is not a region such as eu-west-1`,
          );
        }
      }
      return { accountId, regions };
    },
  );
  const duration = (key: string, usual: number) =>
    discovery?.has(key)
      ? durationToMilliseconds(readDurationFromConfig(discovery, { key }))
      : usual;
  return {
    accounts,
    refreshAfter: duration('schedule.frequency', 5 * MINUTE),
    deadline: duration('schedule.timeout', MINUTE / 4),
  };
}
