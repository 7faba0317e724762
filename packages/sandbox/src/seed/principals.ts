import pipelinePolicy from '../../../../docs/iam-policies/pipeline.json';
import portalPolicy from '../../../../docs/iam-policies/portal.json';
import portalPrincipalPolicy from '../../../../docs/iam-policies/portal-principal.json';
import portalTrust from '../../../../docs/iam-policies/portal-trust.json';
import { PrincipalSeed } from '../aws';
import {
  ACCOUNTS,
  EXTERNAL_ID,
  PIPELINE_ROLE,
  PORTAL_ROLE,
  PORTAL_USER_ARN,
  SHOP_ACCOUNT,
} from './names';

/** Puts the seed's values where the documented policy has placeholders. */
function fillIn(policy: unknown): unknown {
  const text = JSON.stringify(policy)
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
    policies: [portalPrincipalPolicy],
  },
  ...ACCOUNTS.flatMap(({ id }): PrincipalSeed[] => [
    {
      kind: 'role',
      accountId: id,
      name: PORTAL_ROLE,
      policies: [portalPolicy],
      trust: fillIn(portalTrust),
    },
    {
      kind: 'role',
      accountId: id,
      name: PIPELINE_ROLE,
      policies: [pipelinePolicy],
    },
  ]),
];
