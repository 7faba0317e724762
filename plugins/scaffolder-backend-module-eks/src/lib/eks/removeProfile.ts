import {
  DeleteFargateProfileCommand,
  ResourceInUseException,
} from '@aws-sdk/client-eks';
import { ServiceUnavailableError } from '@backstage/errors';
import { removeUnlessGone } from '../removeUnlessGone';
import type { ClusterApi } from './clusterApi';
import {
  lookUntil,
  type Patience,
  profileNamed,
  readProfile,
} from './fargateProfile';

/**
 * Removes a Fargate profile and waits until it is gone. EKS changes one profile
 * of a cluster at a time, and none while the cluster itself is changing: then
 * it waits for its turn.
 *
 * @throws ServiceUnavailableError when it is still there in the end
 */
export async function removeProfile(
  api: ClusterApi,
  name: string,
  patience: Patience,
): Promise<void> {
  const { client, cluster, call } = api;
  const what = profileNamed(api, name);
  const tooLate = `${what} is still there; AWS may go on with it: run this again later`;
  let asked = false;

  async function send(): Promise<string | undefined> {
    return await call('eks:DeleteFargateProfile', what, async options => {
      try {
        await client.send(
          new DeleteFargateProfileCommand({
            clusterName: cluster.name,
            fargateProfileName: name,
          }),
          options,
        );
        asked = true;
        return undefined;
      } catch (error) {
        if (error instanceof ResourceInUseException) {
          return error.message;
        }
        throw error;
      }
    });
  }

  await lookUntil(api, patience, tooLate, async () => {
    const found = await readProfile(api, name);
    if (!found) {
      return true;
    }
    if (found.status === 'DELETE_FAILED' && asked) {
      throw new ServiceUnavailableError(
        `AWS could not remove ${what}${
          found.issues.length > 0 ? `: ${found.issues.join('; ')}` : ''
        }`,
      );
    }
    if (found.status === 'DELETING') {
      asked = true;
      patience.log(`${what} is being removed`);
      return undefined;
    }
    await removeUnlessGone(
      async () => {
        const busy = await send();
        if (busy !== undefined) {
          patience.log(`Waiting: ${busy}`);
        }
      },
      () => readProfile(api, name),
    );
    return undefined;
  });
}
