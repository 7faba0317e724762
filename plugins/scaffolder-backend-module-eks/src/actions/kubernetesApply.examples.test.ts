import { exampleInput, runAction } from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createKubernetesApplyAction } from './kubernetesApply';
import { examples } from './kubernetesApply.examples';

describe('examples of kubernetes:apply', () => {
  const environment = useSandbox();

  it.each(examples)('$description', async ({ example }) => {
    const { clusters, config } = environment;
    const action = createKubernetesApplyAction({ clusters, config });

    const { output } = await runAction(action, exampleInput(example));

    expect(output.resources).toEqual([
      expect.objectContaining({ kind: 'Namespace', operation: 'created' }),
      expect.objectContaining({ operation: 'created' }),
    ]);
  });
});
