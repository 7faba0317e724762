import { exampleInput, runAction } from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEksClusterDescribeAction } from './eksClusterDescribe';
import { examples } from './eksClusterDescribe.examples';

describe('examples of aws:eks:cluster:describe', () => {
  const environment = useSandbox();

  it.each(examples)('$description', async ({ example }) => {
    const { clusters, config } = environment;
    const action = createEksClusterDescribeAction({ clusters, config });
    const input = exampleInput(example);

    const { output } = await runAction(action, input);

    expect(String(input.clusterArn ?? input.clusterName)).toContain(
      String(output.name),
    );
    expect(output).toMatchObject({ reachable: true, reason: '' });
  });
});
