import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { exampleInput, runAction } from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEcrRepositoryEnsureAction } from './ecrRepositoryEnsure';
import { examples } from './ecrRepositoryEnsure.examples';

describe('examples of aws:ecr:repository:ensure', () => {
  const environment = useSandbox();

  beforeAll(async () => {
    // The repository that the last example takes over.
    await environment.clients
      .ecr({ accountId: '111122223333', region: 'eu-west-1' })
      .send(new CreateRepositoryCommand({ repositoryName: 'legacy/invoices' }));
  });

  it.each(examples)('$description', async ({ example }) => {
    const action = createEcrRepositoryEnsureAction({
      clients: environment.clients,
    });
    const input = exampleInput(example);

    const { output } = await runAction(action, input);

    expect(output).toMatchObject({
      name: input.name,
      drift: [],
      created: input.name !== 'legacy/invoices',
    });
  });
});
