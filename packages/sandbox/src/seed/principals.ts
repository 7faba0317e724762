import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrincipalSeed } from '../aws';
import {
  ACCOUNTS,
  EXTERNAL_ID,
  PIPELINE_ROLE,
  PORTAL_ROLE,
  PORTAL_USER_ARN,
  SHOP_ACCOUNT,
} from './names';

/** The policies that docs/iam.md tells operators to use. */
// eslint-disable-next-line no-restricted-syntax -- never built, it runs from its sources
export const POLICIES = join(__dirname, '../../../../docs/iam-policies');

/** Reads a policy, with the seed's values where it has placeholders. */
function readPolicy(name: string): unknown {
  const text = readFileSync(join(POLICIES, `${name}.json`), 'utf8')
    .replaceAll('PORTAL_PRINCIPAL_ARN', PORTAL_USER_ARN)
    .replaceAll('EXTERNAL_ID', EXTERNAL_ID);
  return JSON.parse(text);
}

/**
 * The IAM users and roles. Their policies are the documented ones, so that
 * what works here works with them in AWS.
 */
export const PRINCIPALS: readonly PrincipalSeed[] = [
  {
    kind: 'user',
    accountId: SHOP_ACCOUNT,
    name: 'slipway',
    policies: [readPolicy('portal-principal')],
  },
  ...ACCOUNTS.flatMap(({ id }): PrincipalSeed[] => [
    {
      kind: 'role',
      accountId: id,
      name: PORTAL_ROLE,
      policies: [readPolicy('portal')],
      trust: readPolicy('portal-trust'),
    },
    {
      kind: 'role',
      accountId: id,
      name: PIPELINE_ROLE,
      policies: [readPolicy('pipeline')],
    },
  ]),
];
