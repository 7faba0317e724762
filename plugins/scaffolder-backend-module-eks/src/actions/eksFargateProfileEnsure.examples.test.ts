import { exampleInput, runAction } from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEksFargateProfileEnsureAction } from './eksFargateProfileEnsure';
import { examples } from './eksFargateProfileEnsure.examples';

describe('examples of aws:eks:fargate-profile:ensure', () => {
  const environment = useSandbox();

  it.each(examples)('$description', async ({ example }) => {
    const { output } = await runAction(
      createEksFargateProfileEnsureAction({
        clients: environment.clients,
        config: environment.config,
      }),
      exampleInput(example),
    );

    expect(output).toMatchObject({ created: true, drift: [] });
  });
});
