import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { exampleInput, runAction } from '../__testUtils__/runAction';
import { createCatalogEntityAwaitAction } from './catalogEntityAwait';
import { examples } from './catalogEntityAwait.examples';

describe('examples of catalog:entity:await', () => {
  it.each(examples)('$description', async ({ example }) => {
    const catalog = catalogServiceMock({
      entities: [
        {
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: { name: 'orders' },
          spec: {},
        },
      ],
    });

    const { output } = await runAction(
      createCatalogEntityAwaitAction({ catalog }),
      exampleInput(example),
    );

    expect(output).toEqual({
      entityRef: 'component:default/orders',
      found: true,
    });
  });
});
