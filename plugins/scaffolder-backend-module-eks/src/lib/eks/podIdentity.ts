import {
  CreatePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import type { EnsuredResource, TaggedState } from '../ensureResource';
import { type ClusterApi, ifThere, unlessThere } from './clusterApi';

/** Which role the pods of a service account are to get. */
export interface DesiredPodIdentity {
  namespace: string;
  serviceAccount: string;
  roleArn: string;
  tags: Record<string, string>;
}

/** An association that is there. */
export interface PodIdentityState extends TaggedState {
  id: string;
  roleArn: string;
}

/** The association of a service account with a role. */
export function podIdentity(
  api: ClusterApi,
  desired: DesiredPodIdentity,
): EnsuredResource<PodIdentityState> {
  const { client, cluster, call } = api;
  const { namespace, serviceAccount, roleArn } = desired;
  const clusterName = cluster.name;
  const what = `Pod Identity association of service account \`${namespace}/${serviceAccount}\` in cluster \`${clusterName}\``;

  async function find(): Promise<string | undefined> {
    const { associations = [] } = await call(
      'eks:ListPodIdentityAssociations',
      what,
      options =>
        client.send(
          new ListPodIdentityAssociationsCommand({
            clusterName,
            namespace,
            serviceAccount,
          }),
          options,
        ),
    );
    // A service account has one association at most.
    return associations[0]?.associationId;
  }

  return {
    what,
    field: 'podIdentityAssociation',
    value: `${namespace}/${serviceAccount} as ${roleArn}`,
    tags: desired.tags,

    async read() {
      const associationId = await find();
      if (associationId === undefined) {
        return undefined;
      }
      const association = await call(
        'eks:DescribePodIdentityAssociation',
        what,
        options =>
          ifThere(async () => {
            const answer = await client.send(
              new DescribePodIdentityAssociationCommand({
                clusterName,
                associationId,
              }),
              options,
            );
            return answer.association;
          }),
      );
      return (
        association && {
          id: associationId,
          arn: association.associationArn ?? '',
          roleArn: association.roleArn ?? '',
          tags: association.tags ?? {},
        }
      );
    },

    create: tags =>
      call('eks:CreatePodIdentityAssociation', what, options =>
        unlessThere(() =>
          client.send(
            new CreatePodIdentityAssociationCommand({
              clusterName,
              namespace,
              serviceAccount,
              roleArn,
              tags,
            }),
            options,
          ),
        ),
      ),

    compare: found =>
      found.roleArn === roleArn
        ? []
        : [
            {
              field: 'roleArn',
              asked: roleArn,
              found: found.roleArn,
              changeable: true,
            },
          ],

    async change({ id }, differences) {
      if (differences.length > 0) {
        await call('eks:UpdatePodIdentityAssociation', what, options =>
          client.send(
            new UpdatePodIdentityAssociationCommand({
              clusterName,
              associationId: id,
              roleArn,
            }),
            options,
          ),
        );
      }
    },

    putTags: api.putTags,
  };
}
