import { uniqueId } from '../iam/identities';
import { Call, Operation } from '../service';
import {
  arnOf,
  clusterOf,
  inUse,
  namedCluster,
  notFound,
  own,
  page,
  seconds,
  tagsOfPart,
} from './common';
import { EksCluster, PodIdentityAssociation } from './state';
import { readTags } from './tags';

const ROLE_ARN = { pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/ };
const LABEL = { min: 1, max: 253 };

const id = (call: Call) => call.input.requiredText('associationId');

const resource = (call: Call) =>
  arnOf(
    call,
    `podidentityassociation/${call.input.requiredText('clusterName')}/${id(
      call,
    )}`,
  );

function find(call: Call, cluster: EksCluster): PodIdentityAssociation {
  const association = own(cluster.podIdentityAssociations, id(call));
  if (!association) {
    throw notFound(
      `No pod identity association found for associationId: ${id(call)}`,
    );
  }
  return association;
}

function summary(cluster: EksCluster, association: PodIdentityAssociation) {
  return {
    clusterName: cluster.name,
    namespace: association.namespace,
    serviceAccount: association.serviceAccount,
    associationArn: association.arn,
    associationId: association.id,
  };
}

function describe(cluster: EksCluster, association: PodIdentityAssociation) {
  return {
    ...summary(cluster, association),
    roleArn: association.roleArn,
    createdAt: seconds(association.createdAt),
    modifiedAt: seconds(association.modifiedAt),
    tags: association.tags,
  };
}

function create(call: Call) {
  const { input, world } = call;
  const namespace = input.requiredText('namespace', LABEL);
  const serviceAccount = input.requiredText('serviceAccount', LABEL);
  const roleArn = input.requiredText('roleArn', ROLE_ARN);
  const tags = readTags(input, 'tags');
  const cluster = clusterOf(call);
  const existing = Object.values(cluster.podIdentityAssociations).find(
    other =>
      other.namespace === namespace && other.serviceAccount === serviceAccount,
  );
  if (existing) {
    throw inUse(`Association already exists: ${existing.id}`);
  }
  const associationId = uniqueId('a-').toLowerCase();
  const association: PodIdentityAssociation = {
    id: associationId,
    arn: arnOf(call, `podidentityassociation/${cluster.name}/${associationId}`),
    namespace,
    serviceAccount,
    roleArn,
    createdAt: world.now(),
    modifiedAt: world.now(),
    tags,
  };
  cluster.podIdentityAssociations[associationId] = association;
  return { association: describe(cluster, association) };
}

/** The role of a new association, or of one that gets another. */
function passedRole({ input }: Call) {
  const roleArn = input.text('roleArn', ROLE_ARN);
  return roleArn === undefined
    ? undefined
    : { roleArn, service: 'pods.eks.amazonaws.com' };
}

const ASSOCIATIONS = '/clusters/{clusterName}/pod-identity-associations';
const ASSOCIATION = `${ASSOCIATIONS}/{associationId}`;

export const podIdentityOperations: Operation[] = [
  {
    name: 'ListPodIdentityAssociations',
    route: `GET ${ASSOCIATIONS}`,
    resource: namedCluster,
    run(call) {
      const namespace = call.input.text('namespace');
      const serviceAccount = call.input.text('serviceAccount');
      const cluster = clusterOf(call);
      const { items, nextToken } = page(
        call,
        Object.values(cluster.podIdentityAssociations).filter(
          association =>
            (namespace ?? association.namespace) === association.namespace &&
            (serviceAccount ?? association.serviceAccount) ===
              association.serviceAccount,
        ),
        association => association.id,
      );
      return {
        associations: items.map(association => summary(cluster, association)),
        nextToken,
      };
    },
  },
  {
    name: 'CreatePodIdentityAssociation',
    route: `POST ${ASSOCIATIONS}`,
    mutates: true,
    resource: namedCluster,
    passesRole: passedRole,
    run: create,
  },
  {
    name: 'DescribePodIdentityAssociation',
    route: `GET ${ASSOCIATION}`,
    resource,
    run(call) {
      const cluster = clusterOf(call);
      return { association: describe(cluster, find(call, cluster)) };
    },
  },
  {
    name: 'UpdatePodIdentityAssociation',
    route: `POST ${ASSOCIATION}`,
    mutates: true,
    resource,
    passesRole: passedRole,
    run(call) {
      const cluster = clusterOf(call);
      const association = find(call, cluster);
      association.roleArn =
        call.input.text('roleArn', ROLE_ARN) ?? association.roleArn;
      association.modifiedAt = call.world.now();
      return { association: describe(cluster, association) };
    },
  },
  {
    name: 'DeletePodIdentityAssociation',
    route: `DELETE ${ASSOCIATION}`,
    mutates: true,
    resource,
    conditions: call =>
      tagsOfPart(call, ({ podIdentityAssociations }) =>
        own(podIdentityAssociations, id(call)),
      ),
    run(call) {
      const cluster = clusterOf(call);
      const association = find(call, cluster);
      delete cluster.podIdentityAssociations[association.id];
      return { association: describe(cluster, association) };
    },
  },
];
