import { mockServices } from '@backstage/backend-test-utils';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { exampleInput, runAction } from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEcrRepositoryEnsureAction } from './ecrRepositoryEnsure';
import { createEksServiceUndoAction } from './eksServiceUndo';
import { examples } from './eksServiceUndo.examples';

describe('examples of aws:eks:service:undo', () => {
  const environment = useSandbox();

  it.each(examples)('$description', async ({ example }) => {
    const { clients, clusters, config } = environment;
    const input = exampleInput(example);
    await runAction(createEcrRepositoryEnsureAction({ clients }), {
      name: 'orders',
      accountId: '111122223333',
      region: 'eu-west-1',
      owner: 'component:default/orders',
    });

    const { output } = await runAction(
      createEksServiceUndoAction({
        clusters,
        config,
        catalog: catalogServiceMock(),
        integrations: ScmIntegrations.fromConfig(config),
        database: mockServices.database.mock(),
      }),
      input,
    );

    expect(output).toEqual({
      removed: [
        {
          kind: 'image repository',
          name: 'orders',
          where: 'registry 111122223333 eu-west-1',
        },
      ],
      left: [],
    });
  });
});
