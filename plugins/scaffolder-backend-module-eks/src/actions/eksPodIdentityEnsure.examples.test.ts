import { exampleInput, runAction } from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEksPodIdentityEnsureAction } from './eksPodIdentityEnsure';
import { examples } from './eksPodIdentityEnsure.examples';

describe('examples of aws:eks:pod-identity:ensure', () => {
  const environment = useSandbox();

  it.each(examples)('$description', async ({ example }) => {
    const { output } = await runAction(
      createEksPodIdentityEnsureAction({
        clusters: environment.clusters,
        config: environment.config,
      }),
      exampleInput(example),
    );

    expect(output).toMatchObject({ created: true, drift: [] });
  });
});
