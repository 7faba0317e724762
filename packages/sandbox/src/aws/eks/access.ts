import { randomUUID } from 'node:crypto';
import { Input } from '../input';
import { Call, Operation } from '../service';
import { ACCESS_POLICIES } from './accessPolicies';
import {
  arnOf,
  clusterOf,
  inUse,
  invalidParameter,
  namedCluster,
  notFound,
  own,
  page,
  pageOfNames,
  partArn,
  seconds,
  tagsOfPart,
} from './common';
import { AccessEntry, AssociatedPolicy, EksCluster } from './state';
import { readTags } from './tags';

const PRINCIPAL_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):(user|role)\/(.+)$/;
const ENTRY_TYPES = [
  'STANDARD',
  'EC2_LINUX',
  'EC2_WINDOWS',
  'EC2',
  'FARGATE_LINUX',
  'HYBRID_LINUX',
];

const principal = (call: Call) => call.input.requiredText('principalArn');

const resource = (call: Call) => {
  const [, account, kind, name] = PRINCIPAL_ARN.exec(principal(call)) ?? [];
  return partArn(
    call,
    'access-entry',
    account ? `${kind}/${account}/${name}` : '*',
    ({ accessEntries }) => own(accessEntries, principal(call)),
  );
};

function findEntry(call: Call, cluster: EksCluster): AccessEntry {
  const entry = own(cluster.accessEntries, principal(call));
  if (!entry) {
    throw notFound(
      'The specified principalArn could not be found. You can view your available access entries with the list-access-entries command.',
    );
  }
  return entry;
}

function describe(cluster: EksCluster, entry: AccessEntry) {
  return {
    clusterName: cluster.name,
    principalArn: entry.principalArn,
    kubernetesGroups: entry.kubernetesGroups,
    accessEntryArn: entry.arn,
    createdAt: seconds(entry.createdAt),
    modifiedAt: seconds(entry.modifiedAt),
    tags: entry.tags,
    username: entry.username,
    type: entry.type,
  };
}

/** How Kubernetes calls a principal when the entry says nothing else. */
export function defaultUsername(principalArn: string): string {
  const [, account, kind, path] = PRINCIPAL_ARN.exec(principalArn) ?? [];
  const name = path?.split('/').pop();
  return kind === 'role'
    ? `arn:aws:sts::${account}:assumed-role/${name}/{{SessionName}}`
    : principalArn;
}

function readGroups(input: Input): string[] {
  const groups = input.texts('kubernetesGroups') ?? [];
  const reserved = groups.find(group =>
    /^(system|eks|aws|amazon|iam):/.test(group),
  );
  if (reserved) {
    throw invalidParameter(
      'kubernetesGroups',
      `The kubernetes group name ${reserved} is invalid, it cannot start with a reserved prefix`,
    );
  }
  return groups;
}

function create(call: Call) {
  const { input, world } = call;
  const principalArn = principal(call);
  const [, account, kind, name] = PRINCIPAL_ARN.exec(principalArn) ?? [];
  if (!account) {
    throw invalidParameter(
      'principalArn',
      'The principalArn parameter format is not valid',
    );
  }
  const groups = readGroups(input);
  const type = input.text('type', { oneOf: ENTRY_TYPES }) ?? 'STANDARD';
  const tags = readTags(input, 'tags');
  const cluster = clusterOf(call);
  if (own(cluster.accessEntries, principalArn)) {
    throw inUse(
      'The specified access entry resource is already in use on this cluster.',
    );
  }
  const entry: AccessEntry = {
    principalArn,
    arn: arnOf(
      call,
      `access-entry/${cluster.name}/${kind}/${account}/${name}/${randomUUID()}`,
    ),
    kubernetesGroups: groups,
    username: input.text('username') ?? defaultUsername(principalArn),
    type,
    createdAt: world.now(),
    modifiedAt: world.now(),
    tags,
    policies: {},
  };
  cluster.accessEntries[principalArn] = entry;
  return { accessEntry: describe(cluster, entry) };
}

function readScope(input: Input): AssociatedPolicy['accessScope'] {
  const scope = input.object('accessScope');
  const type = scope?.requiredText('type', { oneOf: ['cluster', 'namespace'] });
  if (!scope || !type) {
    throw invalidParameter('accessScope', 'Member must not be null');
  }
  const namespaces = scope.texts('namespaces') ?? [];
  if ((type === 'namespace') !== namespaces.length > 0) {
    throw invalidParameter(
      'accessScope',
      'namespaces must be given with the type namespace, and only then',
    );
  }
  return { type: type === 'cluster' ? 'cluster' : 'namespace', namespaces };
}

const policyAnswer = (policy: AssociatedPolicy) => ({
  policyArn: policy.policyArn,
  accessScope: policy.accessScope,
  associatedAt: seconds(policy.associatedAt),
  modifiedAt: seconds(policy.modifiedAt),
});

function associate(call: Call) {
  const { input, world } = call;
  const policyArn = input.requiredText('policyArn');
  if (!ACCESS_POLICIES.some(({ arn }) => arn === policyArn)) {
    throw invalidParameter(
      'policyArn',
      'The specified policyArn is not valid: not found',
    );
  }
  const accessScope = readScope(input);
  const cluster = clusterOf(call);
  const entry = findEntry(call, cluster);
  const policy: AssociatedPolicy = {
    policyArn,
    accessScope,
    associatedAt: own(entry.policies, policyArn)?.associatedAt ?? world.now(),
    modifiedAt: world.now(),
  };
  entry.policies[policyArn] = policy;
  return {
    clusterName: cluster.name,
    principalArn: entry.principalArn,
    associatedAccessPolicy: policyAnswer(policy),
  };
}

function disassociate(call: Call) {
  const policyArn = call.input.requiredText('policyArn');
  const { policies } = findEntry(call, clusterOf(call));
  if (!own(policies, policyArn)) {
    throw notFound('The specified policyArn is not associated');
  }
  delete policies[policyArn];
  return {};
}

const ENTRIES = '/clusters/{clusterName}/access-entries';
const ENTRY = `${ENTRIES}/{principalArn}`;

export const accessOperations: Operation[] = [
  {
    name: 'ListAccessEntries',
    route: `GET ${ENTRIES}`,
    resource: namedCluster,
    run(call) {
      const withPolicy = call.input.text('associatedPolicyArn');
      const arns = Object.values(clusterOf(call).accessEntries)
        .filter(
          ({ policies }) =>
            withPolicy === undefined || own(policies, withPolicy),
        )
        .map(({ principalArn }) => principalArn);
      const { items, nextToken } = pageOfNames(call, arns);
      return { accessEntries: items, nextToken };
    },
  },
  {
    name: 'DescribeAccessEntry',
    route: `GET ${ENTRY}`,
    resource,
    run(call) {
      const cluster = clusterOf(call);
      return { accessEntry: describe(cluster, findEntry(call, cluster)) };
    },
  },
  {
    name: 'CreateAccessEntry',
    route: `POST ${ENTRIES}`,
    mutates: true,
    resource: namedCluster,
    run: create,
  },
  {
    name: 'UpdateAccessEntry',
    route: `POST ${ENTRY}`,
    mutates: true,
    resource,
    run(call) {
      const groups = readGroups(call.input);
      const cluster = clusterOf(call);
      const entry = findEntry(call, cluster);
      if (call.input.has('kubernetesGroups')) {
        entry.kubernetesGroups = groups;
      }
      entry.username = call.input.text('username') ?? entry.username;
      entry.modifiedAt = call.world.now();
      return { accessEntry: describe(cluster, entry) };
    },
  },
  {
    name: 'DeleteAccessEntry',
    route: `DELETE ${ENTRY}`,
    mutates: true,
    resource,
    conditions: call =>
      tagsOfPart(call, ({ accessEntries }) =>
        own(accessEntries, principal(call)),
      ),
    run(call) {
      const cluster = clusterOf(call);
      const { principalArn } = findEntry(call, cluster);
      delete cluster.accessEntries[principalArn];
      return {};
    },
  },
  {
    name: 'ListAssociatedAccessPolicies',
    route: `GET ${ENTRY}/access-policies`,
    resource,
    run(call) {
      const cluster = clusterOf(call);
      const entry = findEntry(call, cluster);
      const { items, nextToken } = page(
        call,
        Object.values(entry.policies),
        ({ policyArn }) => policyArn,
      );
      return {
        clusterName: cluster.name,
        principalArn: entry.principalArn,
        associatedAccessPolicies: items.map(policyAnswer),
        nextToken,
      };
    },
  },
  {
    name: 'AssociateAccessPolicy',
    route: `POST ${ENTRY}/access-policies`,
    mutates: true,
    resource,
    conditions: ({ input }) => ({
      'eks:policyArn': input.text('policyArn'),
      'eks:accessScope': input.object('accessScope')?.text('type'),
    }),
    run: associate,
  },
  {
    name: 'DisassociateAccessPolicy',
    route: `DELETE ${ENTRY}/access-policies/{policyArn}`,
    mutates: true,
    resource,
    run: disassociate,
  },
  {
    name: 'ListAccessPolicies',
    route: 'GET /access-policies',
    resource: () => '*',
    run(call) {
      const { items, nextToken } = page(
        call,
        ACCESS_POLICIES,
        ({ name }) => name,
      );
      return { accessPolicies: items, nextToken };
    },
  },
];
