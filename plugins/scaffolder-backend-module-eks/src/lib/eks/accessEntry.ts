import {
  type AccessEntry,
  AssociateAccessPolicyCommand,
  type AssociatedAccessPolicy,
  CreateAccessEntryCommand,
  DescribeAccessEntryCommand,
  DisassociateAccessPolicyCommand,
  InvalidRequestException,
  paginateListAssociatedAccessPolicies,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';
import { InputError } from '@backstage/errors';
import type {
  Difference,
  EnsuredResource,
  TaggedState,
} from '../ensureResource';
import { type ClusterApi, ifThere, unlessThere } from './clusterApi';

/** How an access entry is asked to be. */
export interface DesiredAccessEntry {
  principalArn: string;
  kubernetesGroups: string[];
  /** AWS's own when left out. */
  username?: string;
  /** Names of access policies, with the namespaces that they hold in; all when empty. */
  policies: { name: string; namespaces: string[] }[];
  tags: Record<string, string>;
}

/** An access entry that is there. */
export interface AccessEntryState extends TaggedState {
  kubernetesGroups: string[];
  username: string;
  /** Scope in words by the policy's name: `cluster`, `namespaces a, b`. */
  policies: Map<string, string>;
}

const none = 'none';

/** ARN of an access policy that AWS offers. */
export function accessPolicyArn(partition: string, name: string): string {
  return `arn:${partition}:eks::aws:cluster-access-policy/${name}`;
}

const policyName = (arn = '') => arn.replace(/^.*\//, '');

const list = (items: string[]) =>
  items.length === 0 ? none : [...items].sort().join(', ');

const scope = (namespaces: string[]) =>
  namespaces.length === 0 ? 'cluster' : `namespaces ${list(namespaces)}`;

/** Who gets into a cluster, and with which rights. */
export function accessEntry(
  api: ClusterApi,
  desired: DesiredAccessEntry,
): EnsuredResource<AccessEntryState> {
  const { client, cluster, call } = api;
  const { principalArn } = desired;
  const clusterName = cluster.name;
  const what = `access entry of ${principalArn} in cluster \`${clusterName}\``;
  const target = { clusterName, principalArn };

  async function associate(policies: DesiredAccessEntry['policies']) {
    for (const { name, namespaces } of policies) {
      await call('eks:AssociateAccessPolicy', what, options =>
        client.send(
          new AssociateAccessPolicyCommand({
            ...target,
            policyArn: accessPolicyArn(cluster.partition, name),
            accessScope:
              namespaces.length > 0
                ? { type: 'namespace', namespaces }
                : { type: 'cluster' },
          }),
          options,
        ),
      );
    }
  }

  return {
    what,
    field: 'accessEntry',
    value: principalArn,
    tags: desired.tags,

    async read() {
      const entry = await call('eks:DescribeAccessEntry', what, options =>
        ifThere(async () => {
          const answer = await client.send(
            new DescribeAccessEntryCommand(target),
            options,
          );
          return answer.accessEntry;
        }),
      );
      return entry && stateOf(entry, await readPolicies(api, target, what));
    },

    create: tags =>
      call('eks:CreateAccessEntry', what, options =>
        unlessThere(async () => {
          try {
            await client.send(
              new CreateAccessEntryCommand({
                ...target,
                kubernetesGroups: desired.kubernetesGroups,
                username: desired.username,
                tags,
              }),
              options,
            );
          } catch (error) {
            throw explainMode(error, clusterName);
          }
        }),
      ),

    compare: found => compare(desired, found),

    async change(_, differences) {
      const fields = new Set(differences.map(({ field }) => field));
      if (fields.has('kubernetesGroups') || fields.has('username')) {
        await call('eks:UpdateAccessEntry', what, options =>
          client.send(
            new UpdateAccessEntryCommand({
              ...target,
              kubernetesGroups: desired.kubernetesGroups,
              username: desired.username,
            }),
            options,
          ),
        );
      }
      await associate(
        desired.policies.filter(({ name }) => fields.has(`policies.${name}`)),
      );
      const surplus = differences.filter(
        ({ field, asked }) => field.startsWith('policies.') && asked === none,
      );
      for (const { field } of surplus) {
        // One that is gone is what was asked for: an answer may have been lost.
        await call('eks:DisassociateAccessPolicy', what, options =>
          ifThere(() =>
            client.send(
              new DisassociateAccessPolicyCommand({
                ...target,
                policyArn: accessPolicyArn(
                  cluster.partition,
                  field.slice('policies.'.length),
                ),
              }),
              options,
            ),
          ),
        );
      }
    },

    putTags: api.putTags,
  };
}

async function readPolicies(
  { client, call }: ClusterApi,
  target: { clusterName: string; principalArn: string },
  what: string,
): Promise<AssociatedAccessPolicy[]> {
  return await call(
    'eks:ListAssociatedAccessPolicies',
    what,
    async ({ abortSignal }) => {
      const found: AssociatedAccessPolicy[] = [];
      const pages = paginateListAssociatedAccessPolicies({ client }, target, {
        abortSignal,
      });
      for await (const { associatedAccessPolicies = [] } of pages) {
        found.push(...associatedAccessPolicies);
      }
      return found;
    },
  );
}

function stateOf(
  entry: AccessEntry,
  policies: AssociatedAccessPolicy[],
): AccessEntryState {
  return {
    arn: entry.accessEntryArn ?? '',
    tags: entry.tags ?? {},
    kubernetesGroups: entry.kubernetesGroups ?? [],
    username: entry.username ?? '',
    policies: new Map(
      policies.map(({ policyArn, accessScope }) => [
        policyName(policyArn),
        scope(accessScope?.namespaces ?? []),
      ]),
    ),
  };
}

function compare(
  desired: DesiredAccessEntry,
  found: AccessEntryState,
): Difference[] {
  const pairs = [
    {
      field: 'kubernetesGroups',
      asked: list(desired.kubernetesGroups),
      found: list(found.kubernetesGroups),
    },
    {
      field: 'username',
      asked: desired.username ?? found.username,
      found: found.username,
    },
    ...desired.policies.map(({ name, namespaces }) => ({
      field: `policies.${name}`,
      asked: scope(namespaces),
      found: found.policies.get(name) ?? none,
    })),
    ...[...found.policies]
      .filter(([name]) => !desired.policies.some(item => item.name === name))
      .map(([name, there]) => ({
        field: `policies.${name}`,
        asked: none,
        found: there,
      })),
  ];
  return pairs
    .filter(pair => pair.asked !== pair.found)
    .map(pair => ({ ...pair, changeable: true }));
}

/** A cluster that knows nobody but its `aws-auth` ConfigMap takes no entries. */
function explainMode(error: unknown, clusterName: string): unknown {
  return error instanceof InvalidRequestException &&
    /authentication mode/i.test(error.message)
    ? new InputError(
        `cluster \`${clusterName}\` takes no access entries: its authentication mode is CONFIG_MAP; have an operator set it to API_AND_CONFIG_MAP (aws eks update-cluster-config --name ${clusterName} --access-config authenticationMode=API_AND_CONFIG_MAP)`,
        error,
      )
    : error;
}
