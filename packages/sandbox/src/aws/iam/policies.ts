import { AwsError } from '../errors';
import { Call, Operation } from '../service';
import { noSuchEntity, readPermissions } from './common';

const POLICY_ARN = { min: 20, max: 2048 };
const POLICY_NAME = { pattern: /^[\w+=,.@-]+$/, min: 1, max: 128 };

const policyArn = (call: Call) =>
  call.input.requiredText('PolicyArn', POLICY_ARN);

/** The policy that the call names. */
function existing(call: Call): string {
  const arn = policyArn(call);
  if (!call.world.identities.hasManagedPolicy(arn)) {
    throw noSuchEntity(`Policy ${arn} was not found.`);
  }
  return arn;
}

/** ARN that a new policy gets. */
const newArn = ({ accountId, input }: Call) =>
  `arn:aws:iam::${accountId}:policy/${input.requiredText(
    'PolicyName',
    POLICY_NAME,
  )}`;

const view = (arn: string) => ({
  PolicyName: arn.replace(/^.*\//, ''),
  Arn: arn,
  DefaultVersionId: 'v1',
  IsAttachable: true,
});

/** Managed policies: those that the seed has, and what is made of them until the next start. */
export const policyOperations: Operation[] = [
  {
    name: 'CreatePolicy',
    mutates: true,
    resource: newArn,
    run(call) {
      const arn = newArn(call);
      const { identities } = call.world;
      if (identities.hasManagedPolicy(arn)) {
        throw new AwsError(
          'EntityAlreadyExists',
          409,
          `A policy called ${arn.replace(/^.*\//, '')} already exists. Duplicate names are not allowed.`,
        );
      }
      identities.putManagedPolicy({
        arn,
        document: JSON.parse(readPermissions(call, 'PolicyDocument', [])),
      });
      return { Policy: view(arn) };
    },
  },
  {
    name: 'GetPolicy',
    resource: policyArn,
    run: call => ({ Policy: view(existing(call)) }),
  },
  {
    name: 'DeletePolicy',
    mutates: true,
    resource: policyArn,
    run(call) {
      const arn = existing(call);
      const user = Object.values(call.world.state.iam.roles).find(
        ({ attachedPolicies, permissionsBoundary }) =>
          permissionsBoundary === arn || attachedPolicies.includes(arn),
      );
      if (user) {
        throw new AwsError(
          'DeleteConflict',
          409,
          'Cannot delete a policy attached to entities.',
        );
      }
      call.world.identities.deleteManagedPolicy(arn);
      return {};
    },
  },
];
