import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManagedPolicySeed, PrincipalSeed } from '../aws';
import {
  ACCOUNTS,
  ADMINISTRATOR_ROLE,
  EXTERNAL_ID,
  PIPELINE_BOUNDARY,
  PIPELINE_ROLE,
  PORTAL_ROLE,
  PORTAL_USER_ARN,
  SHOP_ACCOUNT,
  WORKSPACE_BUCKET,
} from './names';

/** The policies that docs/iam.md tells operators to use. */
// eslint-disable-next-line no-restricted-syntax -- never built, it runs from its sources
export const POLICIES = join(__dirname, '../../../../docs/iam-policies');

/** Reads a policy, with the seed's values where it has placeholders. */
function readPolicy(name: string): unknown {
  const text = readFileSync(join(POLICIES, `${name}.json`), 'utf8')
    .replaceAll('PORTAL_PRINCIPAL_ARN', PORTAL_USER_ARN)
    .replaceAll('EXTERNAL_ID', EXTERNAL_ID)
    .replaceAll('WORKSPACE_BUCKET', WORKSPACE_BUCKET);
  return JSON.parse(text);
}

const EVERYTHING = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/**
 * The IAM users and roles. Their policies are the documented ones, so that
 * what works here works with them in AWS.
 *
 * @param portalPolicies - documents of docs/iam-policies that the portal's
 *   role holds
 */
export function createPrincipals(
  portalPolicies: readonly string[],
): PrincipalSeed[] {
  return [
    {
      kind: 'user',
      accountId: SHOP_ACCOUNT,
      name: 'slipway',
      policies: [readPolicy('portal-principal'), readPolicy('workspaces')],
    },
    ...ACCOUNTS.flatMap(({ id }): PrincipalSeed[] => [
      {
        kind: 'role',
        accountId: id,
        name: PORTAL_ROLE,
        policies: portalPolicies.map(readPolicy),
        trust: readPolicy('portal-trust'),
      },
      {
        kind: 'role',
        accountId: id,
        name: PIPELINE_ROLE,
        policies: [readPolicy('pipeline')],
      },
      {
        kind: 'role',
        accountId: id,
        name: ADMINISTRATOR_ROLE,
        policies: [EVERYTHING],
      },
    ]),
  ];
}

/** The managed policies that docs/iam.md tells operators to make. */
export function createManagedPolicies(): ManagedPolicySeed[] {
  return ACCOUNTS.map(({ id }) => ({
    arn: `arn:aws:iam::${id}:policy/${PIPELINE_BOUNDARY}`,
    document: readPolicy('pipeline-boundary'),
  }));
}
