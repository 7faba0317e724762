import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
} from '@aws-sdk/client-ecr';
import { startSandbox } from '../../sandbox';

it('creates a repository', async () => {
  const sandbox = await startSandbox({ ports: 'ephemeral' });
  const client = new ECRClient({
    endpoint: sandbox.aws.url,
    region: 'eu-west-1',
    credentials: sandbox.aws.roleCredentials(
      'arn:aws:iam::111122223333:role/slipway-portal',
      'test',
    ),
  });
  const { repository } = await client.send(
    new CreateRepositoryCommand({ repositoryName: 'orders' }),
  );
  expect(repository).toMatchObject({ repositoryName: 'orders' });
  expect(
    (await client.send(new DescribeRepositoriesCommand({}))).repositories,
  ).toHaveLength(1);
  await sandbox.stop();
});
