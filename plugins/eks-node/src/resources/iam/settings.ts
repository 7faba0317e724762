import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { Partition } from '@slipway/backstage-plugin-eks-common';

/**
 * What an operator has set for the roles of pipelines.
 *
 * @public
 */
export interface PipelineRoleSettings {
  /** Path that every role is made under: `/slipway/`. */
  path?: string;
  /** ARN of the permissions boundary in an account. */
  boundaryOf(account: {
    accountId: string;
    partition: Partition;
  }): string | undefined;
  /** Who issues the tokens of a git host's pipelines, where it is not as usual. */
  issuerOf(host: string): string | undefined;
}

/**
 * Settings without which no role is made.
 *
 * @public
 */
export interface RequiredSettings {
  path: string;
  /** ARN */
  boundary: string;
}

const KEY = 'eks.pipelineRole';

function readText(
  config: Config | undefined,
  name: string,
  key: string,
  rule: { pattern: RegExp; example: string },
): string | undefined {
  const value = config?.getOptionalString(name);
  if (value !== undefined && !rule.pattern.test(value)) {
    throw new InputError(
      `${key}.${name}: \`${value}\` cannot be used; write it as \`${rule.example}\``,
    );
  }
  return value;
}

const rules = {
  path: { pattern: /^\/([\w+=,.@-]{1,128}\/){1,8}$/, example: '/slipway/' },
  permissionsBoundary: {
    pattern:
      /^(arn:aws(-cn|-us-gov)?:iam::(\d{12}|aws):policy\/)?([\w+=,.@-]{1,128}\/)*[\w+=,.@-]{1,128}$/,
    example: 'slipway-pipeline-boundary',
  },
  accountId: { pattern: /^\d{12}$/, example: "'111122223333'" },
  host: { pattern: /^[a-z0-9.-]+(:\d+)?$/, example: 'gitlab.example.com' },
  issuer: {
    pattern: /^[a-z0-9.-]+(\/[\w./-]+)?$/,
    example: 'gitlab.example.com',
  },
};

/**
 * Reads `eks.pipelineRole`.
 *
 * @throws InputError for a value that cannot be used, naming its key
 * @public
 */
export function readPipelineRoleSettings(config: Config): PipelineRoleSettings {
  const section = config.getOptionalConfig(KEY);
  const boundary = 'permissionsBoundary';
  const common = readText(section, boundary, KEY, rules.permissionsBoundary);
  const boundaries = new Map(
    (section?.getOptionalConfigArray('accounts') ?? []).map(
      (account, index) => {
        const key = `${KEY}.accounts[${index}]`;
        return [
          readText(account, 'accountId', key, rules.accountId),
          readText(account, boundary, key, rules.permissionsBoundary),
        ];
      },
    ),
  );
  const issuers = new Map(
    (section?.getOptionalConfigArray('issuers') ?? []).map((item, index) => {
      const key = `${KEY}.issuers[${index}]`;
      return [
        readText(item, 'host', key, rules.host),
        readText(item, 'issuer', key, rules.issuer),
      ];
    }),
  );
  return {
    path: readText(section, 'path', KEY, rules.path),
    boundaryOf({ accountId, partition }) {
      const value = boundaries.get(accountId) ?? common;
      return value === undefined || value.startsWith('arn:')
        ? value
        : `arn:${partition}:iam::${accountId}:policy/${value}`;
    },
    issuerOf: host => issuers.get(host),
  };
}

/**
 * The settings for an account.
 *
 * @throws InputError that names the keys that are missing
 * @public
 */
export function requireSettings(
  settings: PipelineRoleSettings,
  account: { accountId: string; partition: Partition },
): RequiredSettings {
  const { path } = settings;
  const boundary = settings.boundaryOf(account);
  if (path !== undefined && boundary !== undefined) {
    return { path, boundary };
  }
  const missing = [
    path === undefined && `${KEY}.path`,
    boundary === undefined && `${KEY}.permissionsBoundary`,
  ].filter(Boolean);
  throw new InputError(
    `roles for pipelines are made only under a path and within a permissions boundary: an operator has to set ${missing.join(
      ' and ',
    )}, see docs/configuration.md`,
  );
}
