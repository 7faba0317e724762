import { createHash } from 'node:crypto';
import {
  CreateRepositoryCommand,
  ECRClient,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import {
  toRuntime,
  type ClusterRuntime,
  type Runtime,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  nothingDeployed,
  orders,
  PROD_EU,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import { DefaultEksClusters } from '@slipway/backstage-plugin-eks-node';
import { useSandbox } from '../../__testUtils__/useSandbox';
import { commitOfTags } from './commitOfTags';
import { AwsJoins } from './Joins';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const use = useSandbox();
let clusters: DefaultEksClusters;
let digests: string[];

const manifestOf = (content: string) =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: 10 },
    layers: [{ size: 90, digest: content }],
  });

beforeAll(async () => {
  clusters = DefaultEksClusters.fromConfig(
    new ConfigReader(use.sandbox.config),
    { logger: mockServices.logger.mock() },
  );
  await clusters.aws.ecr({ accountId: ACCOUNT, region: REGION }).send(
    new CreateRepositoryCommand({
      repositoryName: 'orders',
      imageScanningConfiguration: { scanOnPush: true },
    }),
  );
  const pipeline = new ECRClient({
    region: REGION,
    endpoint: use.sandbox.urls.aws,
    credentials: use.sandbox.aws.roleCredentials(
      `arn:aws:iam::${ACCOUNT}:role/slipway-pipeline`,
      'test',
    ),
  });
  const images: [string, string][] = [
    ['one', 'v1.4.1-3f2a91c'],
    ['two', 'v1.4.2'],
  ];
  digests = [];
  for (const [content, imageTag] of images) {
    const imageManifest = manifestOf(content);
    await pipeline.send(
      new PutImageCommand({
        repositoryName: 'orders',
        imageManifest,
        imageTag,
      }),
    );
    digests.push(
      `sha256:${createHash('sha256').update(imageManifest).digest('hex')}`,
    );
  }
  pipeline.destroy();
});

afterAll(() => clusters.stop());

const joins = () => new AwsJoins({ clusters, accounts: [ACCOUNT] });

/** An entity whose pods run images of a repository. */
function running(
  images: string[],
  options: { account?: string; commit?: string } = {},
): Runtime {
  const { summary, clusters: parts } = toRuntime({
    entity: orders,
    answer: nothingDeployed(),
    knownClusters: [PROD_EU],
  });
  const pods = images.map((digest, index): ClusterRuntime['pods'][number] => ({
    id: String(index),
    name: `orders-${index}`,
    namespace: 'orders',
    cluster: PROD_EU,
    state: 'ready',
    containersReady: 1,
    containers: 1,
    restarts: 0,
    runsOn: undefined,
    image: `${options.account ?? ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/orders@${digest}`,
    release: { digest, ...(options.commit && { commit: options.commit }) },
  }));
  return { summary, clusters: [{ ...parts[0], pods }] };
}

/** Joins once, and again until everything is known. */
async function joined(join: AwsJoins, runtime: Runtime) {
  const wanted = runtime.clusters[0].pods.length;
  const [first] = join.join(runtime, () => {}).clusters;
  const latest = await new Promise<ClusterRuntime>(resolve => {
    const look = () => {
      const [cluster] = join.join(runtime, look).clusters;
      if (cluster.facts && cluster.images?.length === wanted) {
        resolve(cluster);
      }
    };
    look();
  });
  return { first, latest };
}

const describeCalls = () =>
  use.sandbox.journal.list({ service: 'ecr', operation: 'DescribeImages' })
    .length;

describe('what AWS knows', () => {
  it('is not waited for, and is there the next time', async () => {
    const before = describeCalls();
    const { first, latest } = await joined(joins(), running(digests));
    expect(first.images).toBeUndefined();
    expect(first.facts).toBeUndefined();
    expect(describeCalls()).toBe(before + 1);
    expect(latest.facts).toMatchObject({
      version: '1.35',
      status: 'ACTIVE',
      computeKinds: ['auto-mode'],
      addons: expect.arrayContaining([
        expect.objectContaining({ name: 'metrics-server', status: 'ACTIVE' }),
      ]),
    });
    const byDigest = new Map(
      latest.images?.map(image => [image.digest, image]),
    );
    expect(byDigest.get(digests[0])).toEqual({
      digest: digests[0],
      repository: 'orders',
      tags: ['v1.4.1-3f2a91c'],
      commit: '3f2a91c',
      pushedAt: expect.stringMatching(/^\d{4}-/),
      scan: 'complete',
      findings: { critical: 0, high: 0, medium: 1, low: 1 },
      asOf: expect.any(String),
    });
    expect(byDigest.get(digests[1])?.commit).toBeUndefined();
  });

  it('is asked for once, however many want to know', async () => {
    const before = describeCalls();
    const join = joins();
    const runtime = running(digests);
    await Promise.all(Array.from({ length: 20 }, () => joined(join, runtime)));
    expect(describeCalls()).toBe(before + 1);
  });

  it('goes with the commit that the pipeline wrote on the pods', async () => {
    const { latest } = await joined(
      joins(),
      running([digests[1]], { commit: 'f'.repeat(40) }),
    );
    expect(latest.images?.[0].commit).toBe('f'.repeat(40));
  });

  it('leaves the others alone when one image is gone', async () => {
    const gone = `sha256:${'0'.repeat(64)}`;
    const { latest } = await joined(joins(), running([...digests, gone]));
    expect(
      latest.images?.map(({ digest, scan }) => [digest === gone, scan]),
    ).toEqual(
      expect.arrayContaining([
        [true, 'unknown'],
        [false, 'complete'],
        [false, 'complete'],
      ]),
    );
    expect(
      latest.images?.find(({ digest }) => digest === gone)?.problem,
    ).toMatch(/orders/);
  });

  it('is asked of accounts of the configuration alone', async () => {
    const before = describeCalls();
    const { latest } = await joined(
      joins(),
      running([digests[0]], { account: '999988887777' }),
    );
    expect(latest.images?.[0].problem).toMatch(
      /account 999988887777 is not one of the portal's/,
    );
    expect(describeCalls()).toBe(before);
  });

  it('says so when AWS denies it', async () => {
    use.sandbox.faults.add({ kind: 'access-denied', service: 'ecr' });
    use.sandbox.faults.add({ kind: 'access-denied', service: 'eks' });
    const others = DefaultEksClusters.fromConfig(
      new ConfigReader(use.sandbox.config),
      { logger: mockServices.logger.mock() },
    );
    const { latest } = await joined(
      new AwsJoins({ clusters: others, accounts: [ACCOUNT] }),
      running([digests[0]]),
    );
    others.stop();
    expect(latest.images?.[0]).toMatchObject({
      scan: 'unknown',
      problem: expect.stringMatching(/ecr:DescribeImages is not allowed/),
    });
    expect(latest.facts?.problem).toMatch(/not allowed/);
  });
});

it.each([
  [['v1.4.2-3f2a91c'], '3f2a91c'],
  [[`sha-${'a1'.repeat(20)}`, 'a1a1a1a'], 'a1'.repeat(20)],
  [['3f2a91c0'], '3f2a91c0'],
  [['latest', 'v2'], undefined],
  [['build-20261123', 'v1.decaded'], undefined],
])('the tags %j name the commit %s', (tags, commit) => {
  expect(commitOfTags(tags)).toBe(commit);
});
