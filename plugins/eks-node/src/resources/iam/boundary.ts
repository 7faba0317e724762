import { GetPolicyCommand, NoSuchEntityException } from '@aws-sdk/client-iam';
import { NotFoundError } from '@backstage/errors';
import { callIam, type IamAccount } from './account';

/**
 * Says that the policy which bounds the roles of pipelines is not there, with
 * the command that makes it.
 *
 * @param boundary - ARN of the policy
 * @public
 */
export function boundaryMissing(
  { accountId }: Pick<IamAccount, 'accountId'>,
  boundary: string,
  cause?: Error,
): NotFoundError {
  const name = boundary.replace(/^.*\//, '');
  return new NotFoundError(
    `permissions boundary ${boundary}: account ${accountId} has no such policy, and no role for a pipeline is made without it; somebody who may has to run, once for the account: aws iam create-policy --policy-name ${name} --policy-document file://pipeline-boundary.json, with the document from docs/iam-policies`,
    cause,
  );
}

/**
 * Looks whether the policy that is to bound a role is there: IAM itself only
 * says so when the role is made.
 *
 * @param boundary - ARN of the policy
 * @throws NotFoundError with the command that makes it
 * @public
 */
export async function requireBoundary(
  account: IamAccount,
  boundary: string,
): Promise<void> {
  const found = await callIam(
    account,
    'iam:GetPolicy',
    boundary,
    async options => {
      try {
        const { Policy } = await account.client.send(
          new GetPolicyCommand({ PolicyArn: boundary }),
          options,
        );
        return Policy;
      } catch (error) {
        if (error instanceof NoSuchEntityException) {
          return undefined;
        }
        throw error;
      }
    },
  );
  if (!found) {
    throw boundaryMissing(account, boundary);
  }
}
