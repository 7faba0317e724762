import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { ScmIntegrations } from '@backstage/integration';
import type { JsonObject } from '@backstage/types';
import {
  accountId,
  boundary,
  pipelineRoles,
  region,
} from '../__testUtils__/pipelineRoles';
import {
  type Checkpoints,
  runAction,
  type RunOptions,
} from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createIamPipelineRoleDeleteAction } from './iamPipelineRoleDelete';
import { createIamPipelineRoleEnsureAction } from './iamPipelineRoleEnsure';

const environment = useSandbox({ action: 'aws:iam:pipeline-role:delete' });
const roles = pipelineRoles(environment);
const owner = 'component:default/orders';

let count = 0;
/** A name that no other test uses. */
const newName = () => {
  count += 1;
  return `orders-${count}-pipeline`;
};

function remove(input: JsonObject, options?: RunOptions) {
  return runAction(
    createIamPipelineRoleDeleteAction({ clients: environment.clients }),
    { accountId, region, owner, ...input },
    options,
  );
}

/** Makes a role as the portal does, with an administrator's rights. */
function make(name: string) {
  const { config, administrator } = environment;
  return runAction(
    createIamPipelineRoleEnsureAction({
      clients: administrator,
      config,
      integrations: ScmIntegrations.fromConfig(config),
    }),
    {
      name,
      owner,
      repositoryArn: `arn:aws:ecr:${region}:${accountId}:repository/orders`,
      codebuild: { project: 'orders' },
    },
  );
}

describe('aws:iam:pipeline-role:delete', () => {
  it('removes a role of the entity with the policy that came with it', async () => {
    const name = newName();
    await make(name);

    const { output, log } = await remove({ name });

    expect(output).toEqual({
      roleName: name,
      roleArn: `arn:aws:iam::${accountId}:role/slipway/${name}`,
      deleted: true,
    });
    expect(await roles.find(name)).toBeUndefined();
    expect(log).toContain(`Removed role \`${name}\` in account ${accountId}`);
    expect(roles.writesAbout(name)).toEqual(['DeleteRolePolicy', 'DeleteRole']);
  });

  it('takes one that is not there as done', async () => {
    const name = newName();
    expect((await remove({ name })).output).toEqual({
      roleName: name,
      deleted: false,
    });
  });

  it.each([
    ['without its checkpoints', false],
    ['with its checkpoints', true],
  ])('run again %s, leaves nothing', async (_, recovered) => {
    const name = newName();
    await make(name);
    const checkpoints: Checkpoints = new Map();
    await remove({ name }, { checkpoints });

    const { output } = await remove({ name }, recovered ? { checkpoints } : {});

    expect(output).toMatchObject({ roleName: name, deleted: recovered });
  });

  it('completes what was interrupted between the policy and the role', async () => {
    const name = newName();
    await make(name);
    environment.sandbox.faults.add({
      kind: 'access-denied',
      service: 'iam',
      operation: 'DeleteRole',
      remaining: 1,
    });
    await expect(remove({ name })).rejects.toThrow('iam:DeleteRole');

    expect((await remove({ name })).output).toMatchObject({ deleted: true });
    expect(await roles.find(name)).toBeUndefined();
  });

  it.each(['reset-after', 'reset-before', 'throttle'] as const)(
    'removes it once after a %s',
    async kind => {
      const name = newName();
      await make(name);
      for (const operation of ['DeleteRolePolicy', 'DeleteRole']) {
        environment.sandbox.faults.add({
          kind,
          service: 'iam',
          operation,
          remaining: 1,
        });
      }
      expect((await remove({ name })).output).toMatchObject({ deleted: true });
      expect(await roles.find(name)).toBeUndefined();
    },
  );

  it('in a dry run says what would go, and removes nothing', async () => {
    const name = newName();
    await make(name);

    const { output } = await remove({ name }, { isDryRun: true });

    expect(output).toMatchObject({ deleted: true });
    expect(await roles.find(name)).toBeDefined();
  });

  describe('leaves', () => {
    it('a role of another entity, whose it says', async () => {
      const name = newName();
      await make(name);
      await expect(
        remove({ name, owner: 'component:default/intruder' }),
      ).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringContaining('belongs to component:default/orders'),
      });
      expect(await roles.find(name)).toBeDefined();
    });

    it('a role of nobody', async () => {
      const name = newName();
      await roles.makeByHand(name, {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'codebuild.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        ],
      });
      await expect(remove({ name })).rejects.toThrow('belongs to no entity');
      expect(await roles.find(name)).toBeDefined();
    });

    it('a role with policies of others, which it names', async () => {
      const name = newName();
      await make(name);
      await roles.attach(name);
      await environment.administrator.iam({ accountId, region }).send(
        new PutRolePolicyCommand({
          RoleName: name,
          PolicyName: 'by-hand',
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
          }),
        }),
      );

      await expect(remove({ name })).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringContaining(`by-hand, ${boundary}`),
      });
      expect(await roles.permissions(name)).toBeDefined();
    });
  });

  it.each<[string, JsonObject, string]>([
    ['name', { name: 'a b' }, '`name`'],
    ['account', { accountId: '1' }, 'accountId'],
    ['region', { region: 'Mars' }, '`region`'],
    ['owner', { owner: 'a:b:c/d' }, '`owner`'],
  ])('refuses a wrong %s', async (_, input, said) => {
    await expect(remove({ name: 'x', ...input })).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining(said),
    });
  });
});
