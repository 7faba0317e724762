import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { exampleInput, runAction } from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEksServicePreflightAction } from './eksServicePreflight';
import { examples } from './eksServicePreflight.examples';

describe('examples of aws:eks:service:preflight', () => {
  const environment = useSandbox();

  it.each(examples)('$description', async ({ example }) => {
    const { clusters, config, sandbox } = environment;
    const action = createEksServicePreflightAction({
      clusters,
      catalog: catalogServiceMock({
        entities: [
          {
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'Group',
            metadata: { name: 'payments' },
          },
          {
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'System',
            metadata: { name: 'shop' },
          },
        ],
      }),
      integrations: ScmIntegrations.fromConfig(config),
      config,
    });
    // The examples name the sandbox's usual port; in a test it has another.
    const local = example.replace(
      'localhost:7102',
      new URL(sandbox.urls.github).host,
    );

    const { output } = await runAction(action, exampleInput(local));

    expect(output.report).toEqual(
      expect.arrayContaining([expect.objectContaining({ status: 'passed' })]),
    );
  });
});
