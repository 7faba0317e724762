import { pipelineRoles } from '../__testUtils__/pipelineRoles';
import { exampleInput, runAction } from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createIamPipelineRoleDeleteAction } from './iamPipelineRoleDelete';
import { examples } from './iamPipelineRoleDelete.examples';

describe('examples of aws:iam:pipeline-role:delete', () => {
  const environment = useSandbox();
  const roles = pipelineRoles(environment);

  it.each(examples)('$description', async ({ example }) => {
    const { name, accountId, region, owner } = exampleInput(example);
    await roles.ensure({
      name,
      owner,
      repositoryArn: `arn:aws:ecr:${region}:${accountId}:repository/orders`,
      codebuild: { project: 'orders' },
    });

    const { output } = await runAction(
      createIamPipelineRoleDeleteAction({ clients: environment.clients }),
      exampleInput(example),
    );

    expect(output).toMatchObject({ deleted: true });
  });
});
