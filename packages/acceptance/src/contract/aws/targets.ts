import { ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateFargateProfileCommand,
  EKSClient,
} from '@aws-sdk/client-eks';
import {
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { DefaultAwsClients } from '@slipway/backstage-plugin-eks-node';
import { startSandbox } from '@slipway/sandbox';
import { startMoto } from '../moto/server';
import { ACCOUNT, type AwsTarget, GITHUB_ISSUER, REGION } from './types';

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

const CLUSTER = 'batch-eu';
const PROFILE = 'batch';
const BOUNDARY = 'slipway-pipeline-boundary';
const OIDC_PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/${GITHUB_ISSUER}`;

/**
 * Clients at an endpoint. The portal's own find it as the SDK does, by its
 * environment variable.
 */
function clientsOf(endpoint: string, credentials: Keys) {
  const options = { endpoint, credentials, region: REGION, maxAttempts: 1 };
  const before = process.env.AWS_ENDPOINT_URL;
  process.env.AWS_ENDPOINT_URL = endpoint;
  const portal = new DefaultAwsClients({
    getCredentialProvider: async () => ({
      accountId: ACCOUNT,
      sdkCredentialProvider: async () => credentials,
    }),
  });
  const clients = {
    ecr: new ECRClient(options),
    eks: new EKSClient(options),
    iam: new IAMClient({ ...options, region: 'us-east-1' }),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    sts: new STSClient(options),
  };
  return {
    clients: { ...clients, clients: portal },
    destroy() {
      Object.values(clients).forEach(client => client.destroy());
      portal.destroy();
      if (before === undefined) {
        delete process.env.AWS_ENDPOINT_URL;
      } else {
        process.env.AWS_ENDPOINT_URL = before;
      }
    },
  };
}

function names() {
  let count = 0;
  return (prefix: string) => {
    count += 1;
    return `${prefix}-${count}`;
  };
}

const there = {
  cluster: CLUSTER,
  fargateProfile: PROFILE,
  managedPolicy: `arn:aws:iam::${ACCOUNT}:policy/${BOUNDARY}`,
  oidcProvider: OIDC_PROVIDER,
};

/** The sandbox, called by its administrator. */
export async function startSandboxTarget(): Promise<AwsTarget> {
  const sandbox = await startSandbox({ ports: 'ephemeral', timeScale: 20 });
  const { clients, destroy } = clientsOf(
    sandbox.urls.aws,
    sandbox.aws.roleCredentials(
      `arn:aws:iam::${ACCOUNT}:role/administrator`,
      'contract',
    ),
  );
  return {
    ...clients,
    ...there,
    unique: names(),
    async stop() {
      destroy();
      await sandbox.stop();
    },
  };
}

/** Moto, with as much in it as the cases find in the sandbox. */
export async function startMotoTarget(): Promise<AwsTarget> {
  const moto = await startMoto(ACCOUNT);
  const { clients, destroy } = clientsOf(moto.url, {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'moto-checks-no-signature',
  });
  const stop = async () => {
    destroy();
    await moto.stop();
  };
  try {
    await seed(clients);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...clients, ...there, unique: names(), stop };
}

async function seed({ eks, iam }: { eks: EKSClient; iam: IAMClient }) {
  for (const name of [CLUSTER, 'prod-eu']) {
    await eks.send(
      new CreateClusterCommand({
        name,
        version: '1.34',
        roleArn: `arn:aws:iam::${ACCOUNT}:role/${name}-cluster`,
        resourcesVpcConfig: { subnetIds: ['subnet-0a', 'subnet-0b'] },
      }),
    );
  }
  await eks.send(
    new CreateFargateProfileCommand({
      clusterName: CLUSTER,
      fargateProfileName: PROFILE,
      podExecutionRoleArn: `arn:aws:iam::${ACCOUNT}:role/fargate-pods`,
      selectors: [{ namespace: 'batch-*' }],
    }),
  );
  await iam.send(
    new CreatePolicyCommand({
      PolicyName: BOUNDARY,
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'ecr:*', Resource: '*' }],
      }),
    }),
  );
  await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: `https://${GITHUB_ISSUER}`,
      ClientIDList: ['sts.amazonaws.com'],
      ThumbprintList: ['6938fd4d98bab03faadb97b34396831e3780aea1'],
    }),
  );
}
