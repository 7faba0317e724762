import type { JsonObject } from '@backstage/types';
import { accountId, pipelineRoles } from '../__testUtils__/pipelineRoles';
import { exampleInput } from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { examples } from './iamPipelineRoleEnsure.examples';

describe('examples of aws:iam:pipeline-role:ensure', () => {
  const environment = useSandbox();
  const roles = pipelineRoles(environment);

  beforeAll(async () => {
    await roles.publish('orders');
    const { oidcProviders } = environment.sandbox.aws.state.iam;
    oidcProviders[`arn:aws:iam::${accountId}:oidc-provider/gitlab.com`] = {
      accountId,
      url: 'gitlab.com',
      clientIds: ['https://gitlab.com'],
      createdAt: 0,
    };
  });

  it.each(examples)('$description', async ({ example }) => {
    // The sandbox's GitHub has another address.
    const host = new URL(environment.sandbox.urls.github).host;
    const input: JsonObject = JSON.parse(
      JSON.stringify(exampleInput(example)).replaceAll(
        'github.com?',
        `${host}?`,
      ),
    );

    const { output } = await roles.ensure(input);

    expect(output).toMatchObject({
      roleName: input.name ?? 'slipway-pipeline',
      created: input.mode !== 'existing',
    });
    expect(Array.isArray(output.drift) ? output.drift.length : undefined).toBe(
      input.mode === 'existing' ? 1 : 0,
    );
  });
});
