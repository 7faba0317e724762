import {
  DeleteAccessEntryCommand,
  DeletePodIdentityAssociationCommand,
  DescribeAccessEntryCommand,
  DescribePodIdentityAssociationCommand,
  InvalidRequestException,
  paginateListAccessEntries,
  paginateListPodIdentityAssociations,
} from '@aws-sdk/client-eks';
import limiter from 'p-limit';
import { removeUnlessGone } from '../removeUnlessGone';
import { type ClusterApi, ifThere } from './clusterApi';
import { readProfiles } from './fargateProfile';
import { removeProfile } from './removeProfile';

/** Something in a cluster that carries tags. */
export interface ClusterResource {
  /** By which EKS knows it: an ARN, an id or a name. */
  id: string;
  /** By which people know it. */
  name: string;
  tags: Record<string, string>;
}

/** One kind of what EKS keeps for a cluster. */
export interface ClusterResources {
  /** As people call it: `access entry`. */
  kind: string;
  /** Every one of the cluster. */
  list(): Promise<ClusterResource[]>;
  /** Removes one, and ends when it is gone. May be repeated. */
  remove(resource: ClusterResource): Promise<void>;
}

/** How many calls about one cluster there are at a time. */
const concurrency = 5;

async function readEach<T>(
  items: T[],
  read: (item: T) => Promise<ClusterResource | undefined>,
): Promise<ClusterResource[]> {
  const limit = limiter(concurrency);
  const found = await Promise.all(items.map(item => limit(() => read(item))));
  return found.filter(resource => resource !== undefined);
}

async function collect<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) {
    found.push(...page);
  }
  return found;
}

/** The roles and users that a cluster lets in. */
export function accessEntries(api: ClusterApi): ClusterResources {
  const { client, cluster, call } = api;
  const clusterName = cluster.name;

  async function* pagesOf(options: { abortSignal?: AbortSignal }) {
    const pages = paginateListAccessEntries(
      { client },
      { clusterName },
      options,
    );
    for await (const { accessEntries: arns = [] } of pages) {
      yield arns;
    }
  }

  async function read(
    principalArn: string,
  ): Promise<ClusterResource | undefined> {
    const entry = await call(
      'eks:DescribeAccessEntry',
      `access entry of ${principalArn} in cluster \`${clusterName}\``,
      options =>
        ifThere(async () => {
          const answer = await client.send(
            new DescribeAccessEntryCommand({ clusterName, principalArn }),
            options,
          );
          return answer.accessEntry;
        }),
    );
    return (
      entry && { id: principalArn, name: principalArn, tags: entry.tags ?? {} }
    );
  }

  return {
    kind: 'access entry',
    async list() {
      const arns = await call(
        'eks:ListAccessEntries',
        `cluster \`${clusterName}\``,
        async options => {
          try {
            return await collect(pagesOf(options));
          } catch (error) {
            if (knowsNoEntries(error)) {
              return [];
            }
            throw error;
          }
        },
      );
      return await readEach(arns, read);
    },
    remove: ({ id }) =>
      removeUnlessGone(
        () =>
          call(
            'eks:DeleteAccessEntry',
            `access entry of ${id} in cluster \`${clusterName}\``,
            options =>
              client.send(
                new DeleteAccessEntryCommand({ clusterName, principalArn: id }),
                options,
              ),
          ),
        () => read(id),
      ),
  };
}

/** A cluster that knows nobody but its `aws-auth` ConfigMap has no entries. */
function knowsNoEntries(error: unknown): boolean {
  return (
    error instanceof InvalidRequestException &&
    /authentication mode/i.test(error.message)
  );
}

/** The service accounts of a cluster whose pods get a role. */
export function podIdentities(api: ClusterApi): ClusterResources {
  const { client, cluster, call } = api;
  const clusterName = cluster.name;

  async function* pagesOf(options: { abortSignal?: AbortSignal }) {
    const pages = paginateListPodIdentityAssociations(
      { client },
      { clusterName },
      options,
    );
    for await (const { associations = [] } of pages) {
      yield associations.flatMap(({ associationId }) => associationId ?? []);
    }
  }

  async function read(id: string): Promise<ClusterResource | undefined> {
    const found = await call(
      'eks:DescribePodIdentityAssociation',
      `Pod Identity association \`${id}\` in cluster \`${clusterName}\``,
      options =>
        ifThere(async () => {
          const answer = await client.send(
            new DescribePodIdentityAssociationCommand({
              clusterName,
              associationId: id,
            }),
            options,
          );
          return answer.association;
        }),
    );
    return (
      found && {
        id,
        name: `${found.namespace}/${found.serviceAccount}`,
        tags: found.tags ?? {},
      }
    );
  }

  return {
    kind: 'Pod Identity association',
    async list() {
      const ids = await call(
        'eks:ListPodIdentityAssociations',
        `cluster \`${clusterName}\``,
        options => collect(pagesOf(options)),
      );
      return await readEach(ids, read);
    },
    remove: ({ id, name }) =>
      removeUnlessGone(
        () =>
          call(
            'eks:DeletePodIdentityAssociation',
            `Pod Identity association of \`${name}\` in cluster \`${clusterName}\``,
            options =>
              client.send(
                new DeletePodIdentityAssociationCommand({
                  clusterName,
                  associationId: id,
                }),
                options,
              ),
          ),
        () => read(id),
      ),
  };
}

/** How long a Fargate profile may take to go, in milliseconds: AWS sometimes takes 20 minutes. */
const profileGoesWithinMs = 30 * 60_000;

/** The Fargate profiles of a cluster, of which EKS removes one at a time. */
export function fargateProfiles(
  api: ClusterApi,
  log: (message: string) => void,
): ClusterResources {
  return {
    kind: 'Fargate profile',
    async list() {
      const profiles = await readProfiles(api);
      return profiles.map(({ name, tags }) => ({ id: name, name, tags }));
    },
    remove: ({ id }) =>
      removeProfile(api, id, { until: Date.now() + profileGoesWithinMs, log }),
  };
}
