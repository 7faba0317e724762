import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  CreatePodIdentityAssociationCommand,
  DeleteAccessEntryCommand,
  DeletePodIdentityAssociationCommand,
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeClusterVersionsCommand,
  DescribePodIdentityAssociationCommand,
  DisassociateAccessPolicyCommand,
  ListAccessEntriesCommand,
  ListAddonsCommand,
  ListPodIdentityAssociationsCommand,
  UpdateAccessEntryCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { ACCOUNT, type AwsTarget } from './types';

/** A case that moto does not keep, although AWS does. */
export interface Difference {
  /** Name of the case. */
  name: string;
  /** What moto does. */
  moto: string;
  /** Page of AWS that settles it. */
  settledBy: string;
}

const ECR = 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_';
const EKS = 'https://docs.aws.amazon.com/eks/latest/APIReference/API_';
const IAM = 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_';
const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_';
const STS = 'https://docs.aws.amazon.com/STS/latest/APIReference/API_';
const FARGATE =
  'https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html';

/** Where moto and the sandbox differ; `docs/aws-differences.md` shows it. */
export const differences: Difference[] = [
  {
    name: 'ecr:CreateRepository refuses a sixth exclusion filter',
    moto: 'takes any number',
    settledBy: `${ECR}CreateRepository.html`,
  },
  {
    name: 'ecr:CreateRepository refuses the name `a`',
    moto: 'takes names of one character',
    settledBy: `${ECR}CreateRepository.html`,
  },
  {
    name: 'ecr:CreateRepository refuses tag keys that are reserved for AWS',
    moto: 'takes them',
    settledBy: `${ECR}Tag.html`,
  },
  {
    name: 'ecr:CreateRepository refuses more than 50 tags',
    moto: 'takes any number',
    settledBy:
      'https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html',
  },
  {
    name: 'ecr:DescribeRepositories lists in pages',
    moto: 'gives all at once, whatever `maxResults` says',
    settledBy: `${ECR}DescribeRepositories.html`,
  },
  {
    name: 'ecr:DescribeRepositories refuses a token that it did not give',
    moto: 'does not look at it',
    settledBy: `${ECR}DescribeRepositories.html`,
  },
  {
    name: 'ecr:PutImage refuses to move an immutable tag',
    moto: 'calls it `ImageAlreadyExistsException`',
    settledBy: `${ECR}PutImage.html`,
  },
  {
    name: 'ecr:DescribeImages lists in pages',
    moto: 'gives all at once, whatever `maxResults` says',
    settledBy: `${ECR}DescribeImages.html`,
  },
  {
    name: 'eks:ListNodegroups says that the cluster is not there',
    moto: 'fails with status 500',
    settledBy: `${EKS}ListNodegroups.html`,
  },
  {
    name: 'eks:ListFargateProfiles says that the cluster is not there',
    moto: 'fails with status 500',
    settledBy: `${EKS}ListFargateProfiles.html`,
  },
  {
    name: 'eks:CreateFargateProfile answers at once that it is CREATING',
    moto: 'is ACTIVE at once',
    settledBy: `${EKS}FargateProfile.html`,
  },
  {
    name: 'eks:CreateFargateProfile refuses one while another is being made',
    moto: 'makes it',
    settledBy: `${EKS}CreateFargateProfile.html`,
  },
  {
    name: 'eks:CreateFargateProfile refuses 6 selectors',
    moto: 'takes any number',
    settledBy: FARGATE,
  },
  {
    name: 'eks:TagResource adds tags to a part of a cluster, and keeps the others',
    moto: 'finds clusters alone',
    settledBy: `${EKS}TagResource.html`,
  },
  {
    name: 'aws:eks:fargate-profile:ensure takes what belongs to nobody only when told to',
    moto: 'cannot tag a profile that is there',
    settledBy: `${EKS}TagResource.html`,
  },
  {
    name: 'iam:CreateRole refuses a name of 65 characters',
    moto: 'takes it',
    settledBy: `${IAM}CreateRole.html`,
  },
  {
    name: 'iam:CreateRole refuses a trust policy that is no JSON',
    moto: 'takes any text',
    settledBy: `${IAM}CreateRole.html`,
  },
  {
    name: 'iam:CreateRole refuses a trust policy that trusts nobody',
    moto: 'takes any text',
    settledBy:
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
  },
  {
    name: 'iam:CreateRole refuses a permissions boundary that is not there',
    moto: 'takes any ARN',
    settledBy: `${IAM}CreateRole.html`,
  },
  {
    name: 'iam:GetRole calls a permissions boundary a policy',
    moto: 'calls it `PermissionsBoundaryPolicy`',
    settledBy: `${IAM}AttachedPermissionsBoundary.html`,
  },
  {
    name: 'iam:ListRolePolicies names the policies, in pages',
    moto: 'gives all at once, whatever `MaxItems` says',
    settledBy: `${IAM}ListRolePolicies.html`,
  },
  {
    name: 'iam:TagRole refuses more than 50 tags on one role',
    moto: 'counts those of the call alone',
    settledBy: `${IAM}TagRole.html`,
  },
  {
    name: 'sts:AssumeRole refuses a role that is not there, and does not tell that it is not',
    moto: 'gives keys for any role',
    settledBy: `${STS}AssumeRole.html`,
  },
  {
    name: 'sts:AssumeRole refuses a session name with a blank',
    moto: 'takes it',
    settledBy: `${STS}AssumeRole.html`,
  },
  {
    name: 'sts:AssumeRole refuses a session of more than twelve hours',
    moto: 'takes any duration',
    settledBy: `${STS}AssumeRole.html`,
  },
  {
    name: 's3:AbortMultipartUpload forgets all parts',
    moto: 'answers 500 when an upload that was aborted is completed',
    settledBy: `${S3}CompleteMultipartUpload.html`,
  },
];

const clusterName = 'batch-eu';
const principalArn = `arn:aws:iam::${ACCOUNT}:role/orders`;
const associationId = 'a-1';

/** Operations that moto has not, each with a call that shows it. */
export const missing: Record<string, (target: AwsTarget) => Promise<unknown>> =
  {
    'eks:AssociateAccessPolicy': ({ eks }) =>
      eks.send(
        new AssociateAccessPolicyCommand({
          clusterName,
          principalArn,
          policyArn:
            'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
          accessScope: { type: 'cluster' },
        }),
      ),
    'eks:CreateAccessEntry': ({ eks }) =>
      eks.send(new CreateAccessEntryCommand({ clusterName, principalArn })),
    'eks:CreatePodIdentityAssociation': ({ eks }) =>
      eks.send(
        new CreatePodIdentityAssociationCommand({
          clusterName,
          namespace: 'shop',
          serviceAccount: 'orders',
          roleArn: principalArn,
        }),
      ),
    'eks:DeleteAccessEntry': ({ eks }) =>
      eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn })),
    'eks:DeletePodIdentityAssociation': ({ eks }) =>
      eks.send(
        new DeletePodIdentityAssociationCommand({ clusterName, associationId }),
      ),
    'eks:DescribeAccessEntry': ({ eks }) =>
      eks.send(new DescribeAccessEntryCommand({ clusterName, principalArn })),
    'eks:DescribeAddon': ({ eks }) =>
      eks.send(new DescribeAddonCommand({ clusterName, addonName: 'vpc-cni' })),
    'eks:DescribeClusterVersions': ({ eks }) =>
      eks.send(new DescribeClusterVersionsCommand({})),
    'eks:DescribePodIdentityAssociation': ({ eks }) =>
      eks.send(
        new DescribePodIdentityAssociationCommand({
          clusterName,
          associationId,
        }),
      ),
    'eks:DisassociateAccessPolicy': ({ eks }) =>
      eks.send(
        new DisassociateAccessPolicyCommand({
          clusterName,
          principalArn,
          policyArn:
            'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
        }),
      ),
    'eks:ListAccessEntries': ({ eks }) =>
      eks.send(new ListAccessEntriesCommand({ clusterName })),
    'eks:ListAddons': ({ eks }) =>
      eks.send(new ListAddonsCommand({ clusterName })),
    'eks:ListPodIdentityAssociations': ({ eks }) =>
      eks.send(new ListPodIdentityAssociationsCommand({ clusterName })),
    'eks:UpdateAccessEntry': ({ eks }) =>
      eks.send(new UpdateAccessEntryCommand({ clusterName, principalArn })),
    'eks:UpdatePodIdentityAssociation': ({ eks }) =>
      eks.send(
        new UpdatePodIdentityAssociationCommand({ clusterName, associationId }),
      ),
    'iam:SimulatePrincipalPolicy': ({ iam }) =>
      iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: principalArn,
          ActionNames: ['ecr:PutImage'],
        }),
      ),
  };
