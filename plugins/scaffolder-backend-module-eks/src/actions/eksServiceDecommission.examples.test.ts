import { mockServices } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { exampleInput, runAction } from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEcrRepositoryEnsureAction } from './ecrRepositoryEnsure';
import { createEksServiceDecommissionAction } from './eksServiceDecommission';
import { examples } from './eksServiceDecommission.examples';

const orders: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'orders',
    annotations: {
      'aws.amazon.com/amazon-ecr-arn':
        'arn:aws:ecr:eu-west-1:111122223333:repository/orders',
    },
  },
  relations: [{ type: 'ownedBy', targetRef: 'user:default/mock' }],
};

describe('examples of aws:eks:service:decommission', () => {
  const environment = useSandbox();

  it.each(examples)('$description', async ({ example }) => {
    const { clients, clusters, config } = environment;
    await runAction(createEcrRepositoryEnsureAction({ clients }), {
      name: 'orders',
      accountId: '111122223333',
      region: 'eu-west-1',
      owner: 'component:default/orders',
    });

    const { output } = await runAction(
      createEksServiceDecommissionAction({
        clusters,
        config,
        catalog: catalogServiceMock({ entities: [orders] }),
        integrations: ScmIntegrations.fromConfig(config),
        auth: mockServices.auth(),
        userInfo: mockServices.userInfo(),
      }),
      exampleInput(example),
    );

    expect(output).toEqual({
      removed: [
        {
          kind: 'image repository',
          name: 'orders',
          where: 'registry 111122223333 eu-west-1',
        },
      ],
      archived: [],
      left: [
        expect.objectContaining({ kind: 'catalog entry', remains: false }),
      ],
    });
  });
});
