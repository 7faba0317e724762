import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
} from '@aws-sdk/client-ecr';
import { CreatePolicyCommand, DeletePolicyCommand } from '@aws-sdk/client-iam';
import { ConfigReader } from '@backstage/config';
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
import { createIamPipelineRoleEnsureAction } from './iamPipelineRoleEnsure';

const environment = useSandbox({ action: 'aws:iam:pipeline-role:ensure' });
const roles = pipelineRoles(environment);
const issuer = 'token.actions.githubusercontent.com';
const provider = `arn:aws:iam::${accountId}:oidc-provider/${issuer}`;
const clusterArn = `arn:aws:eks:${region}:${accountId}:cluster/prod-eu`;
const owner = 'component:default/orders';
const ids = { ownerId: '170000001', repositoryId: '42' };

let count = 0;
/** A service that no other test uses. */
const newService = () => {
  count += 1;
  return `orders-${count}`;
};
const repositoryArnOf = (service: string) =>
  `arn:aws:ecr:${region}:${accountId}:repository/${service}`;
const roleArnOf = (service: string) =>
  `arn:aws:iam::${accountId}:role/slipway/${service}-pipeline`;

/** Input for the role of a service whose ids are known. */
const inputOf = (service: string): JsonObject => ({
  name: `${service}-pipeline`,
  owner,
  repositoryArn: repositoryArnOf(service),
  github: { repoUrl: roles.repoUrl(service), ...ids },
});

const ensure = (
  service: string,
  input: JsonObject = {},
  options?: RunOptions,
) => roles.ensure({ ...inputOf(service), ...input }, options);
const writesOf = (service: string) => roles.writesAbout(`${service}-pipeline`);

const trustOf = (subject: string, audience = 'sts.amazonaws.com') => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'TrustThePipeline',
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${issuer}:aud`]: audience,
          [`${issuer}:sub`]: subject,
        },
      },
    },
  ],
});

describe('aws:iam:pipeline-role:ensure', () => {
  it('makes a role that only the repository published before can take, for one image repository', async () => {
    const service = newService();
    const name = `${service}-pipeline`;
    const subject = await roles.publish(service);
    const { output, log } = await roles.ensure({
      ...inputOf(service),
      github: { repoUrl: roles.repoUrl(service) },
      tags: { team: 'payments' },
    });

    expect(output).toMatchObject({
      roleArn: roleArnOf(service),
      roleName: name,
      created: true,
      drift: [],
      changes: [
        { field: 'role', before: 'none', after: roleArnOf(service) },
        { field: 'permissions', before: 'none' },
      ],
      subject,
      consoleUrl: `https://us-east-1.console.aws.amazon.com/iam/home#/roles/details/${name}`,
    });
    expect(await roles.find(name)).toEqual({
      arn: roleArnOf(service),
      boundary,
      trust: trustOf(subject),
      tags: {
        team: 'payments',
        'slipway:entity': owner,
        'slipway:template': 'template:default/eks-service',
        'slipway:task': 'task-1',
      },
    });
    expect(log).toContain(`Made role ${name}`);

    // What the pipeline does with it.
    const { aws } = environment.sandbox;
    const token = { issuer, audience: 'sts.amazonaws.com', subject };
    const administrator = environment.administrator.ecr({ accountId, region });
    for (const repositoryName of [service, `${service}-other`]) {
      await administrator.send(new CreateRepositoryCommand({ repositoryName }));
    }
    const ecr = new ECRClient({
      region,
      credentials: aws.federatedCredentials(roleArnOf(service), token),
    });
    expect(
      await ecr.send(new DescribeImagesCommand({ repositoryName: service })),
    ).toMatchObject({ imageDetails: [] });
    await expect(
      ecr.send(
        new DescribeImagesCommand({ repositoryName: `${service}-other` }),
      ),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
    ecr.destroy();
    for (const other of [
      subject.replace('heads/main', 'heads/feature'),
      subject.replace(/@(\d+):/, '@1$1:'),
      subject.replace(/@\d+/g, ''),
    ]) {
      expect(() =>
        aws.federatedCredentials(roleArnOf(service), {
          ...token,
          subject: other,
        }),
      ).toThrow('Not authorized');
    }
  });

  it('lets a pipeline find clusters where it has to', async () => {
    const service = newService();
    await ensure(service, { clusterArns: [clusterArn] });

    const { Statement } = await roles.permissions(`${service}-pipeline`);
    expect(Statement).toMatchObject([
      { Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] },
      { Resource: [repositoryArnOf(service)] },
      { Action: ['eks:DescribeCluster'], Resource: [clusterArn] },
    ]);
    expect(Statement).toHaveLength(3);
  });

  it('trusts a project of CodeBuild, which writes logs', async () => {
    const service = newService();
    const project = `arn:aws:codebuild:${region}:${accountId}:project/${service}`;
    const { output } = await roles.ensure({
      ...inputOf(service),
      github: undefined,
      codebuild: { project: service },
    } as JsonObject);

    expect(output.subject).toBe(project);
    expect((await roles.find(`${service}-pipeline`))?.trust.Statement).toEqual([
      {
        Sid: 'TrustThePipeline',
        Effect: 'Allow',
        Principal: { Service: 'codebuild.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: {
            'aws:SourceAccount': accountId,
            'aws:SourceArn': project,
          },
        },
      },
    ]);
    const { Statement } = await roles.permissions(`${service}-pipeline`);
    const logs = `arn:aws:logs:${region}:${accountId}:log-group:/aws/codebuild/${service}`;
    expect(Statement).toContainEqual(
      expect.objectContaining({ Resource: [logs, `${logs}:*`] }),
    );
  });

  it('trusts a branch of a project on GitLab', async () => {
    const service = newService();
    const { oidcProviders } = environment.sandbox.aws.state.iam;
    oidcProviders[`arn:aws:iam::${accountId}:oidc-provider/gitlab.com`] = {
      accountId,
      url: 'gitlab.com',
      clientIds: ['https://gitlab.com'],
      createdAt: 0,
    };
    const { github: _, ...input } = inputOf(service);
    const { output } = await roles.ensure({
      ...input,
      gitlab: {
        repoUrl: `gitlab.com?owner=acme/shop&repo=${service}`,
        branch: 'release',
      },
    });

    const subject = `project_path:acme/shop/${service}:ref_type:branch:ref:release`;
    expect(output.subject).toBe(subject);
    expect(
      environment.sandbox.aws.federatedCredentials(roleArnOf(service), {
        issuer: 'gitlab.com',
        audience: 'https://gitlab.com',
        subject,
      }).accessKeyId,
    ).toMatch(/^ASIA/);
  });

  describe('run again', () => {
    it.each([
      ['without its checkpoints', false],
      ['with its checkpoints', true],
    ])('%s, gives the same outputs and makes nothing', async (_, recovered) => {
      const service = newService();
      const checkpoints: Checkpoints = new Map();
      const first = await ensure(service, {}, { checkpoints });
      const before = writesOf(service);
      const second = await ensure(
        service,
        {},
        recovered ? { checkpoints } : undefined,
      );

      expect(second.output).toEqual(first.output);
      expect(writesOf(service)).toEqual(before);
      expect(before).toEqual(['CreateRole', 'PutRolePolicy']);
    });

    it('completes what an interrupted run of the same task left half done', async () => {
      const service = newService();
      environment.sandbox.faults.add({
        kind: 'access-denied',
        service: 'iam',
        operation: 'PutRolePolicy',
        remaining: 1,
      });
      await expect(ensure(service)).rejects.toThrow('iam:PutRolePolicy');

      const { output } = await ensure(service);

      expect(output).toMatchObject({ created: true, drift: [] });
      expect(writesOf(service)).toEqual(['CreateRole', 'PutRolePolicy']);
    });

    it('makes it again when it was removed after the checkpoint', async () => {
      const service = newService();
      const checkpoints: Checkpoints = new Map();
      const first = await ensure(service, {}, { checkpoints });
      roles.remove(`${service}-pipeline`);

      const second = await ensure(service, {}, { checkpoints });

      expect(second.output).toEqual(first.output);
      expect(await roles.find(`${service}-pipeline`)).toBeDefined();
    });

    it('by another task of the same entity, takes what is there', async () => {
      const service = newService();
      await ensure(service);

      const { output } = await ensure(service, {}, { taskId: 'task-2' });

      expect(output).toMatchObject({ created: false, changes: [], drift: [] });
    });

    it.each([
      'reset-after',
      'reset-before',
      'throttle',
      'server-error',
    ] as const)('by the SDK after a %s, makes one role', async kind => {
      const service = newService();
      environment.sandbox.faults.add({
        kind,
        service: 'iam',
        operation: 'CreateRole',
        remaining: 1,
      });

      const { output } = await ensure(service);

      expect(output).toMatchObject({ created: true });
      expect(await roles.permissions(`${service}-pipeline`)).toBeDefined();
    });

    it('by two tasks at once, makes one role', async () => {
      const service = newService();
      const outcomes = await Promise.allSettled([
        ensure(service, {}, { taskId: 'task-1' }),
        ensure(
          service,
          { owner: 'component:default/other' },
          { taskId: 'task-2' },
        ),
      ]);

      expect(outcomes.map(({ status }) => status).sort()).toEqual([
        'fulfilled',
        'rejected',
      ]);
      expect(
        writesOf(service).filter(operation => operation === 'CreateRole'),
      ).toHaveLength(1);
    });
  });

  describe('a role that is there', () => {
    const anybody = trustOf('repo:acme/*');

    it('is refused when it belongs to another entity, whose it says', async () => {
      const service = newService();
      await ensure(service);

      await expect(
        ensure(service, {
          owner: 'component:default/intruder',
          onExisting: 'adopt',
          converge: true,
        }),
      ).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringContaining(
          'belongs to component:default/orders (tag slipway:entity), not to component:default/intruder',
        ),
      });
    });

    it('is refused when it belongs to nobody', async () => {
      const service = newService();
      await roles.makeByHand(`${service}-pipeline`, anybody);

      await expect(ensure(service)).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringContaining('`onExisting: adopt`'),
      });
      expect(writesOf(service)).toEqual([]);
    });

    it('is adopted when asked, and says field by field what differs', async () => {
      const service = newService();
      const name = `${service}-pipeline`;
      await roles.makeByHand(name, anybody);
      await roles.attach(name);

      const { output } = await ensure(service, {
        onExisting: 'adopt',
        tags: { team: 'shop' },
      });

      expect(output).toMatchObject({
        created: false,
        changes: [
          { field: 'tags.slipway:entity', before: 'none', after: owner },
          { field: 'tags.slipway:template' },
        ],
        drift: [
          { field: 'trust', found: JSON.stringify(anybody) },
          { field: 'permissions', found: 'none' },
          { field: 'permissionsBoundary', asked: boundary, found: 'none' },
          {
            field: 'policies',
            asked: 'none',
            found: boundary,
            explanation: expect.stringContaining('by hand'),
          },
          { field: 'tags.team', asked: 'shop', found: 'platform' },
        ],
      });
      expect(writesOf(service)).toEqual(['TagRole']);
    });

    it('is changed to what was asked with converge, its tags and its boundary first', async () => {
      const service = newService();
      const name = `${service}-pipeline`;
      await roles.makeByHand(name, anybody);

      const { output } = await ensure(service, {
        onExisting: 'adopt',
        converge: true,
        tags: { team: 'shop' },
      });

      expect(output.drift).toEqual([]);
      expect(writesOf(service)).toEqual([
        'TagRole',
        'PutRolePermissionsBoundary',
        'UpdateAssumeRolePolicy',
        'PutRolePolicy',
      ]);
      expect(await roles.find(name)).toMatchObject({
        boundary,
        trust: trustOf(String(output.subject)),
        tags: { team: 'shop', 'slipway:entity': owner },
      });
      const again = await ensure(service, {
        converge: true,
        tags: { team: 'shop' },
      });
      expect(again.output).toMatchObject({ created: false, changes: [] });
    });

    it('keeps its path, which AWS cannot change, and its ARN is the one that is there', async () => {
      const service = newService();
      await roles.makeByHand(`${service}-pipeline`, anybody, '/slipway/old/');

      const { output } = await ensure(service, {
        onExisting: 'adopt',
        converge: true,
      });

      expect(output).toMatchObject({
        roleArn: `arn:aws:iam::${accountId}:role/slipway/old/${service}-pipeline`,
        drift: [{ field: 'path', asked: '/slipway/', found: '/slipway/old/' }],
      });
    });
  });

  describe('in a dry run', () => {
    it('writes nothing and gives the outputs of a real run', async () => {
      const service = newService();
      await roles.publish(service);
      const input = { github: { repoUrl: roles.repoUrl(service) } };

      const dry = await ensure(service, input, { isDryRun: true });
      expect(writesOf(service)).toEqual([]);
      const real = await ensure(service, input);

      expect(dry.output).toEqual(real.output);
    });

    it('before the repository is published leaves its id open', async () => {
      const service = newService();
      const { output } = await ensure(
        service,
        { github: { repoUrl: roles.repoUrl(service) } },
        { isDryRun: true },
      );

      expect(output).toMatchObject({
        roleArn: roleArnOf(service),
        created: true,
        subject: expect.stringMatching(
          new RegExp(`^repo:acme@\\d+/${service}@<id>:ref:refs/heads/main$`),
        ),
      });
    });

    it('says what would change of a role that is there', async () => {
      const service = newService();
      await ensure(service);
      const input = { converge: true, clusterArns: [clusterArn] };

      const dry = await ensure(service, input, {
        isDryRun: true,
        taskId: 'task-2',
      });
      expect(dry.output.changes).toMatchObject([{ field: 'permissions' }]);
      expect(writesOf(service)).toEqual(['CreateRole', 'PutRolePolicy']);
      const real = await ensure(service, input, { taskId: 'task-2' });

      expect(real.output).toEqual(dry.output);
    });
  });

  describe('with a role that somebody else made', () => {
    const existing = (service: string, roleArn: string) => {
      const { name: _, ...input } = inputOf(service);
      return roles.ensure({ ...input, mode: 'existing', roleArn });
    };

    const anybodyElse = trustOf('repo:acme@1/other@2:ref:refs/heads/main');

    it('says that it is as the pipeline needs it', async () => {
      const service = newService();
      await ensure(service, {}, { taskId: 'before' });
      const before = writesOf(service);

      const { output } = await existing(service, roleArnOf(service));

      expect(output).toMatchObject({
        roleArn: roleArnOf(service),
        roleName: `${service}-pipeline`,
        created: false,
        changes: [],
        drift: [],
      });
      expect(writesOf(service)).toEqual(before);
    });

    it('says whom it does not trust and what it may not do, and changes nothing', async () => {
      const service = newService();
      const arn = await roles.makeByHand(`${service}-theirs`, anybodyElse, '/');
      const { output, log } = await existing(service, arn);

      const subject = `repo:acme@${ids.ownerId}/${service}@${ids.repositoryId}:ref:refs/heads/main`;
      expect(output.drift).toEqual([
        {
          field: 'trust',
          asked: JSON.stringify(trustOf(subject)),
          found: expect.stringContaining('other@2'),
          explanation: expect.stringContaining(
            `does not trust ${subject}; add`,
          ),
        },
        {
          field: 'permissions',
          asked: 'ecr:GetAuthorizationToken on *',
          found: 'not allowed',
          explanation: expect.stringContaining('boundary'),
        },
        {
          field: 'permissions',
          asked: expect.stringMatching(/^ecr:Batch.*, ecr:PutImage.* on arn/),
          found: 'not allowed',
          explanation: expect.any(String),
        },
      ]);
      expect(log.join('\n')).toContain('not as the pipeline needs it');
      expect(roles.writesAbout(`${service}-theirs`)).toEqual([]);
    });

    it('says that it trusts others as well', async () => {
      const service = newService();
      const wide = trustOf('repo:*');
      const { StringEquals } = wide.Statement[0].Condition;
      const arn = await roles.makeByHand(`${service}-theirs`, {
        ...wide,
        Statement: [
          { ...wide.Statement[0], Condition: { StringLike: StringEquals } },
        ],
      });

      const { output } = await existing(service, arn);

      expect(output.drift).toContainEqual(
        expect.objectContaining({
          field: 'trust',
          explanation: expect.stringContaining('pipelines of others as well'),
        }),
      );
    });

    it.each([
      ['that is not there', 'role/nobody', 'not found'],
      [
        'by an ARN without its path',
        'role/pathless-pipeline',
        'give its full ARN',
      ],
    ])('fails for one %s', async (_, resource, said) => {
      if (!(await roles.find('pathless-pipeline'))) {
        await roles.makeByHand('pathless-pipeline', anybodyElse);
      }
      await expect(
        existing('orders', `arn:aws:iam::${accountId}:${resource}`),
      ).rejects.toMatchObject({
        name: 'NotFoundError',
        message: expect.stringContaining(said),
      });
    });
  });

  describe('refuses', () => {
    it.each<[string, JsonObject, string]>([
      ['a name that IAM does not take', { name: 'a b' }, '`name`'],
      ['a role without a name', { name: undefined } as JsonObject, '`name`'],
      ['an ARN to make', { roleArn: 'arn:aws:iam::1:role/x' }, '`roleArn`'],
      ['no ARN to check', { mode: 'existing' }, '`roleArn`'],
      [
        'a role of another account',
        {
          mode: 'existing',
          roleArn: 'arn:aws:iam::444455556666:role/orders-pipeline',
        },
        'of the same account',
      ],
      [
        'what is no image repository',
        { repositoryArn: clusterArn },
        '`repositoryArn`',
      ],
      ['what is no cluster', { clusterArns: ['x'] }, '`clusterArns[0]`'],
      ['an owner that is none', { owner: 'a:b:c/d' }, '`owner`'],
      ['two pipelines', { codebuild: { project: 'orders' } }, 'exactly one of'],
      [
        'a git host that is not configured',
        { github: { repoUrl: 'git.example.com?owner=a&repo=b' } },
        '`github.repoUrl`',
      ],
      [
        'a branch with a wildcard',
        { github: { repoUrl: 'github.com?owner=a&repo=b', branch: '*' } },
        '`github.branch`',
      ],
      [
        'one id alone',
        { github: { repoUrl: 'github.com?owner=a&repo=b', ownerId: 1 } },
        '`github.repositoryId`',
      ],
      [
        'a project of CodeBuild with a wildcard',
        { github: undefined, codebuild: { project: 'a*' } } as JsonObject,
        'codebuild.project',
      ],
      [
        'a tag of ownership',
        { tags: { 'slipway:task': 'x' } },
        'tags.slipway:task',
      ],
    ])(
      '%s, naming the field, before anything is asked',
      async (_, input, said) => {
        const asked = () =>
          environment.sandbox.journal.list({ service: 'iam' }).length;
        const before = asked();
        await expect(ensure('refused', input)).rejects.toMatchObject({
          name: 'InputError',
          message: expect.stringContaining(said),
        });
        expect(asked()).toBe(before);
      },
    );

    it('to make a role outside of what an operator has set', async () => {
      const { pipelineRole: _, ...eks } = environment.sandbox.config
        .eks as JsonObject;
      const config = new ConfigReader({ ...environment.sandbox.config, eks });
      await expect(
        runAction(
          createIamPipelineRoleEnsureAction({
            clients: environment.clients,
            config,
            integrations: ScmIntegrations.fromConfig(config),
          }),
          {
            ...inputOf(newService()),
            github: undefined,
            codebuild: { project: 'orders' },
          } as JsonObject,
        ),
      ).rejects.toMatchObject({
        name: 'InputError',
        message: expect.stringMatching(
          /eks\.pipelineRole\.path and eks\.pipelineRole\.permissionsBoundary.*configuration\.md/,
        ),
      });
    });
  });

  describe('explains', () => {
    it('a repository that was not published', async () => {
      const service = newService();
      await expect(
        ensure(service, { github: { repoUrl: roles.repoUrl(service) } }),
      ).rejects.toMatchObject({
        name: 'NotFoundError',
        message: expect.stringContaining(`repository acme/${service} on`),
      });
      expect(writesOf(service)).toEqual([]);
    });

    it('a boundary that the account does not have, in a dry run, too', async () => {
      const service = newService();
      const other = '444455556666';
      const iam = environment.administrator.iam({ accountId: other, region });
      await iam.send(
        new DeletePolicyCommand({
          PolicyArn: boundary.replace(accountId, other),
        }),
      );
      const input = {
        repositoryArn: repositoryArnOf(service).replace(accountId, other),
        github: { repoUrl: 'github.com?owner=acme&repo=orders', ...ids },
      };
      const missing = {
        name: 'NotFoundError',
        message: expect.stringMatching(
          /policy\/slipway-pipeline-boundary: account 444455556666 has no such policy.*; somebody who may has to run.*aws iam create-policy --policy-name slipway-pipeline-boundary/,
        ),
      };

      await expect(
        ensure(service, input, { isDryRun: true }),
      ).rejects.toMatchObject(missing);
      await expect(ensure(service, input)).rejects.toMatchObject(missing);
      await iam.send(
        new CreatePolicyCommand({
          PolicyName: 'slipway-pipeline-boundary',
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'ecr:*', Resource: '*' }],
          }),
        }),
      );
    });

    it('an issuer that the account does not believe, with the command that helps', async () => {
      const service = newService();
      await expect(
        ensure(service, {
          github: { repoUrl: 'github.com?owner=acme&repo=orders', ...ids },
          repositoryArn: repositoryArnOf(service).replace(
            accountId,
            '444455556666',
          ),
        }),
      ).resolves.toBeDefined();
      const { oidcProviders } = environment.sandbox.aws.state.iam;
      const { [provider]: kept } = oidcProviders;
      delete oidcProviders[provider];
      await expect(ensure(service)).rejects.toMatchObject({
        name: 'NotFoundError',
        message: expect.stringContaining(
          `aws iam create-open-id-connect-provider --url https://${issuer} --client-id-list sts.amazonaws.com`,
        ),
      });
      oidcProviders[provider] = { ...kept, clientIds: ['other'] };
      await expect(ensure(service)).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringContaining(
          `aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${provider} --client-id sts.amazonaws.com`,
        ),
      });
      oidcProviders[provider] = kept;
    });

    it('denied access with the action, the resource and where to read on', async () => {
      const service = newService();
      environment.sandbox.faults.add({
        kind: 'access-denied',
        service: 'iam',
        operation: 'CreateRole',
      });
      await expect(ensure(service)).rejects.toMatchObject({
        name: 'NotAllowedError',
        message: expect.stringMatching(
          new RegExp(`${service}.*iam:CreateRole.*docs/iam.md`),
        ),
      });
    });

    it.each([
      ['expired-token', 'expired'],
      ['access-denied', 'iam:GetRole is not allowed'],
    ] as const)('a %s', async (kind, said) => {
      environment.sandbox.faults.add({
        kind,
        service: 'iam',
        operation: 'GetRole',
      });
      await expect(ensure(newService())).rejects.toThrow(said);
    });
  });

  it('stops at once when the task is cancelled, and makes nothing', async () => {
    const service = newService();
    environment.sandbox.faults.add({
      kind: 'hang',
      service: 'iam',
      operation: 'GetRole',
    });
    const cancel = new AbortController();
    const run = ensure(service, {}, { signal: cancel.signal });
    const started = Date.now();
    cancel.abort(new Error('the task was cancelled'));

    await expect(run).rejects.toThrow('the task was cancelled');
    expect(Date.now() - started).toBeLessThan(1_000);
    expect(writesOf(service)).toEqual([]);
  });
});
