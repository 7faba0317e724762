import { exampleInput, runAction } from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEksAccessEntryEnsureAction } from './eksAccessEntryEnsure';
import { examples } from './eksAccessEntryEnsure.examples';

describe('examples of aws:eks:access-entry:ensure', () => {
  const environment = useSandbox();

  it.each(examples)('$description', async ({ example }) => {
    const { output } = await runAction(
      createEksAccessEntryEnsureAction({
        clients: environment.clients,
        config: environment.config,
      }),
      exampleInput(example),
    );

    expect(output).toMatchObject({ created: true, drift: [] });
  });
});
