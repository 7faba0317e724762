import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { exampleInput, runAction } from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEcrRepositoryDeleteAction } from './ecrRepositoryDelete';
import { examples } from './ecrRepositoryDelete.examples';

describe('examples of aws:ecr:repository:delete', () => {
  const environment = useSandbox();

  it.each(examples)('$description', async ({ example }) => {
    const input = exampleInput(example);
    await environment.administrator
      .ecr({ accountId: '111122223333', region: 'eu-west-1' })
      .send(
        new CreateRepositoryCommand({
          repositoryName: String(input.name),
          tags: [{ Key: 'slipway:entity', Value: String(input.owner) }],
        }),
      );

    const { output } = await runAction(
      createEcrRepositoryDeleteAction({ clients: environment.clients }),
      input,
    );

    expect(output).toMatchObject({ name: input.name, deleted: true });
  });
});
