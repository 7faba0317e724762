import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  PutLifecyclePolicyCommand,
  PutRegistryScanningConfigurationCommand,
} from '@aws-sdk/client-ecr';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import type { JsonObject } from '@backstage/types';
import {
  type Checkpoints,
  runAction,
  type RunOptions,
} from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEcrRepositoryEnsureAction } from './ecrRepositoryEnsure';

const environment = useSandbox({ action: 'aws:ecr:repository:ensure' });
const place = { accountId: '111122223333', region: 'eu-west-1' };
const owner = 'component:default/orders';

let count = 0;
/** A name that no other test uses. */
const newName = () => {
  count += 1;
  return `shop/orders-${count}`;
};

const ecr = () => environment.clients.ecr(place);

function ensure(input: JsonObject, options?: RunOptions) {
  return runAction(
    createEcrRepositoryEnsureAction({ clients: environment.clients }),
    { ...place, owner, ...input },
    options,
  );
}

async function repository(name: string) {
  const { repositories } = await ecr().send(
    new DescribeRepositoriesCommand({ repositoryNames: [name] }),
  );
  return repositories?.[0];
}

async function tags(name: string) {
  const answer = await ecr().send(
    new ListTagsForResourceCommand({
      resourceArn: (await repository(name))?.repositoryArn,
    }),
  );
  return Object.fromEntries(
    (answer.tags ?? []).map(({ Key, Value }) => [Key, Value]),
  );
}

/** Somebody with more rights than the portal removes it. */
function remove(name: string) {
  for (const registry of Object.values(
    environment.sandbox.aws.state.registries,
  )) {
    delete registry.repositories[name];
  }
}

const writes = [
  'CreateRepository',
  'PutImageTagMutability',
  'PutImageScanningConfiguration',
  'PutLifecyclePolicy',
  'SetRepositoryPolicy',
  'TagResource',
];

/** Calls to ECR that changed something about a repository. */
function writesAbout(name: string) {
  return environment.sandbox.journal
    .list({ service: 'ecr' })
    .filter(
      ({ operation, target, status }) =>
        target === name && status === 200 && writes.includes(operation),
    )
    .map(({ operation }) => operation);
}

/** Resolves as soon as ECR refused the policy of a repository. */
async function refusedPolicy(name: string) {
  for (;;) {
    const refused = environment.sandbox.journal
      .list({ service: 'ecr' })
      .some(
        ({ operation, target, status = 0 }) =>
          operation === 'SetRepositoryPolicy' &&
          target === name &&
          status >= 400,
      );
    if (refused) {
      return;
    }
    await new Promise(resolve => {
      setTimeout(resolve, 20);
    });
  }
}

describe('aws:ecr:repository:ensure', () => {
  it('makes a repository with all that was asked', async () => {
    const name = newName();
    const { output, log } = await ensure({
      name,
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      exclusionFilters: ['cache*'],
      lifecycle: {
        keepTagged: { count: 50, patterns: ['v*'] },
        expireUntaggedAfterDays: 14,
      },
      tags: { team: 'payments' },
    });

    const arn = `arn:aws:ecr:eu-west-1:111122223333:repository/${name}`;
    expect(output).toMatchObject({
      arn,
      uri: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/${name}`,
      registryId: '111122223333',
      region: 'eu-west-1',
      name,
      created: true,
      drift: [],
      changes: [
        { field: 'repository', before: 'none', after: arn },
        { field: 'lifecyclePolicy', before: 'none' },
      ],
      scan: { type: 'BASIC', frequency: 'SCAN_ON_PUSH' },
      consoleUrl: expect.stringContaining(`/private/111122223333/${name}`),
    });
    expect(await repository(name)).toMatchObject({
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [
        { filterType: 'WILDCARD', filter: 'cache*' },
      ],
      encryptionConfiguration: { encryptionType: 'AES256' },
      imageScanningConfiguration: { scanOnPush: true },
    });
    expect(await tags(name)).toEqual({
      team: 'payments',
      'slipway:entity': owner,
      'slipway:template': 'template:default/eks-service',
      'slipway:task': 'task-1',
    });
    const { lifecyclePolicyText } = await ecr().send(
      new GetLifecyclePolicyCommand({ repositoryName: name }),
    );
    expect(JSON.parse(lifecyclePolicyText ?? '').rules).toHaveLength(2);
    expect(log).toContain(`Made repository ${name}`);
  });

  it('lets others in as asked, and asks for it again without a difference', async () => {
    const name = newName();
    const access = {
      pullAccounts: ['444455556666'],
      pullOrganizations: ['o-a1b2c3d4e5'],
      pushRoles: ['arn:aws:iam::444455556666:role/slipway-pipeline'],
    };
    await ensure({ name, access });

    const { policyText } = await ecr().send(
      new GetRepositoryPolicyCommand({ repositoryName: name }),
    );
    expect(JSON.parse(policyText ?? '')).toMatchObject({
      Statement: [
        { Principal: { AWS: ['arn:aws:iam::444455556666:root'] } },
        { Condition: { StringEquals: expect.anything() } },
        { Principal: { AWS: access.pushRoles } },
      ],
    });
    const again = await ensure(
      { name, access: { ...access, pullOrganizations: ['o-zzzzzzzzzz'] } },
      { taskId: 'task-2' },
    );
    expect(again.output.drift).toMatchObject([{ field: 'repositoryPolicy' }]);
    const same = await ensure({ name, access }, { taskId: 'task-2' });
    expect(same.output.drift).toEqual([]);
  });

  it('waits until AWS has heard of a role that may push', async () => {
    const name = newName();
    const RoleName = `${name.replace('/', '-')}-pipeline`;
    const run = ensure({
      name,
      access: { pushRoles: [`arn:aws:iam::111122223333:role/${RoleName}`] },
    });
    await refusedPolicy(name);
    await environment.administrator.iam(place).send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'codebuild.amazonaws.com' },
              Action: 'sts:AssumeRole',
            },
          ],
        }),
      }),
    );

    await expect(run).resolves.toMatchObject({ output: { created: true } });
    expect(writesAbout(name)).toEqual([
      'CreateRepository',
      'SetRepositoryPolicy',
    ]);
  });

  it('says that a role that may push is not there, and completes it later', async () => {
    const name = newName();
    const access = {
      pushRoles: ['arn:aws:iam::111122223333:role/never-made'],
    };
    await expect(ensure({ name, access })).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(
        /names an account, role or user that AWS does not know; check `access`/,
      ),
    });

    const { output } = await ensure({ name, access: {} });
    expect(output).toMatchObject({ created: true, drift: [] });
  }, 30_000);

  it('stops waiting for a role when the task is cancelled', async () => {
    const name = newName();
    const cancel = new AbortController();
    const run = ensure(
      {
        name,
        access: { pushRoles: ['arn:aws:iam::111122223333:role/never-made'] },
      },
      { signal: cancel.signal },
    );
    await refusedPolicy(name);
    const cancelled = Date.now();
    cancel.abort(new Error('the task was cancelled'));

    await expect(run).rejects.toThrow('the task was cancelled');
    expect(Date.now() - cancelled).toBeLessThan(500);
  });

  it('works in another account and region', async () => {
    const { output } = await ensure({
      name: newName(),
      accountId: '444455556666',
      region: 'us-east-1',
    });

    expect(output.uri).toMatch(/^444455556666\.dkr\.ecr\.us-east-1\./);
  });

  describe('run again', () => {
    it.each([
      ['without its checkpoints', false],
      ['with its checkpoints', true],
    ])('%s, gives the same outputs and makes nothing', async (_, recovered) => {
      const name = newName();
      const checkpoints: Checkpoints = new Map();
      const input = { name, lifecycle: { expireUntaggedAfterDays: 3 } };
      const first = await ensure(input, { checkpoints });
      const before = writesAbout(name);
      const second = await ensure(
        input,
        recovered ? { checkpoints } : undefined,
      );

      expect(second.output).toEqual(first.output);
      expect(writesAbout(name)).toEqual(before);
      expect(before).toEqual(['CreateRepository', 'PutLifecyclePolicy']);
    });

    it('completes what an interrupted run of the same task left half done', async () => {
      const name = newName();
      const input = { name, lifecycle: { expireUntaggedAfterDays: 3 } };
      environment.sandbox.faults.add({
        kind: 'access-denied',
        service: 'ecr',
        operation: 'PutLifecyclePolicy',
        remaining: 1,
      });
      await expect(ensure(input)).rejects.toThrow('ecr:PutLifecyclePolicy');

      const { output } = await ensure(input);

      expect(output).toMatchObject({ created: true, drift: [] });
      expect(output.changes).toMatchObject([
        { field: 'repository' },
        { field: 'lifecyclePolicy' },
      ]);
      expect(writesAbout(name)).toEqual([
        'CreateRepository',
        'PutLifecyclePolicy',
      ]);
    });

    it('makes it again when it was removed after the checkpoint', async () => {
      const name = newName();
      const checkpoints: Checkpoints = new Map();
      const first = await ensure({ name }, { checkpoints });
      remove(name);

      const second = await ensure({ name }, { checkpoints });

      expect(second.output).toEqual(first.output);
      expect(await repository(name)).toBeDefined();
    });

    it('by another task of the same entity, takes what is there', async () => {
      const name = newName();
      await ensure({ name });

      const { output } = await ensure({ name }, { taskId: 'task-2' });

      expect(output).toMatchObject({ created: false, changes: [], drift: [] });
      expect(await tags(name)).toMatchObject({ 'slipway:task': 'task-1' });
    });

    it.each([
      'reset-after',
      'reset-before',
      'throttle',
      'server-error',
    ] as const)('by the SDK after a %s, makes one repository', async kind => {
      const name = newName();
      environment.sandbox.faults.add({
        kind,
        service: 'ecr',
        operation: 'CreateRepository',
        remaining: 1,
      });

      const { output } = await ensure({ name });

      expect(output).toMatchObject({ created: true });
      expect(await repository(name)).toBeDefined();
    });
  });

  describe('a repository that is there', () => {
    async function makeByHand(name: string) {
      await ecr().send(
        new CreateRepositoryCommand({
          repositoryName: name,
          tags: [{ Key: 'team', Value: 'payments' }],
        }),
      );
    }

    it('is refused when it belongs to another entity, whose it says', async () => {
      const name = newName();
      await ensure({ name });

      await expect(
        ensure({
          name,
          owner: 'component:default/intruder',
          onExisting: 'adopt',
          converge: true,
        }),
      ).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringContaining(
          `belongs to component:default/orders (tag slipway:entity), not to component:default/intruder`,
        ),
      });
      expect(writesAbout(name)).toEqual(['CreateRepository']);
    });

    it('of the same entity is refused when another task made it and only one may', async () => {
      const name = newName();
      await ensure({ name, onOtherTask: 'fail' }, { taskId: 'first' });

      await expect(
        ensure({ name, onOtherTask: 'fail' }, { taskId: 'second' }),
      ).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringContaining(
          'was made by another task for the same service, first',
        ),
      });
      const { output } = await ensure(
        { name, onOtherTask: 'fail' },
        { taskId: 'first' },
      );
      expect(output.created).toBe(true);
      expect(await tags(name)).toMatchObject({ 'slipway:task': 'first' });
    });

    it('is refused when it belongs to nobody', async () => {
      const name = newName();
      await makeByHand(name);

      await expect(ensure({ name })).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringContaining('`onExisting: adopt`'),
      });
    });

    it('is adopted when asked, without the tag of what a task made', async () => {
      const name = newName();
      await makeByHand(name);

      const { output } = await ensure({ name, onExisting: 'adopt' });

      expect(output).toMatchObject({
        created: false,
        changes: [
          { field: 'tags.slipway:entity', before: 'none', after: owner },
          { field: 'tags.slipway:template' },
        ],
        drift: [
          {
            field: 'imageTagMutability',
            asked: 'IMMUTABLE',
            found: 'MUTABLE',
            explanation: expect.stringContaining('`converge: true`'),
          },
          { field: 'scanOnPush', asked: 'true', found: 'false' },
        ],
      });
      expect(await tags(name)).toEqual({
        team: 'payments',
        'slipway:entity': owner,
        'slipway:template': 'template:default/eks-service',
      });
      expect(writesAbout(name)).toEqual(['CreateRepository', 'TagResource']);
    });

    it('is changed to what was asked with converge, apart from what AWS cannot change', async () => {
      const name = newName();
      await makeByHand(name);
      await ecr().send(
        new PutLifecyclePolicyCommand({
          repositoryName: name,
          lifecyclePolicyText: JSON.stringify({
            rules: [
              {
                rulePriority: 1,
                selection: {
                  tagStatus: 'untagged',
                  countType: 'imageCountMoreThan',
                  countNumber: 5,
                },
                action: { type: 'expire' },
              },
            ],
          }),
        }),
      );

      const { output } = await ensure({
        name,
        onExisting: 'adopt',
        converge: true,
        encryption: { type: 'KMS' },
        lifecycle: { expireUntaggedAfterDays: 3 },
        tags: { team: 'shop' },
      });

      expect(output.drift).toEqual([
        {
          field: 'encryption.type',
          asked: 'KMS',
          found: 'AES256',
          explanation: expect.stringContaining('AWS cannot change'),
        },
      ]);
      expect(await repository(name)).toMatchObject({
        imageTagMutability: 'IMMUTABLE',
        imageScanningConfiguration: { scanOnPush: true },
      });
      expect(await tags(name)).toMatchObject({ team: 'shop' });
      const again = await ensure({
        name,
        converge: true,
        encryption: { type: 'KMS' },
        lifecycle: { expireUntaggedAfterDays: 3 },
        tags: { team: 'shop' },
      });
      expect(again.output).toMatchObject({ created: false, changes: [] });
    });

    it('is left alone when it would have more tags than AWS takes', async () => {
      const name = newName();
      await ecr().send(
        new CreateRepositoryCommand({
          repositoryName: name,
          tags: Array.from({ length: 49 }, (_, index) => ({
            Key: `key${index}`,
            Value: '',
          })),
        }),
      );

      await expect(
        ensure({ name, onExisting: 'adopt', converge: true }),
      ).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringContaining('51 tags, and AWS takes 50'),
      });
      expect(writesAbout(name)).toEqual(['CreateRepository']);
    });

    it('appears while it is made: the owner decides', async () => {
      const name = newName();
      const [one, other] = await Promise.allSettled([
        ensure({ name }, { taskId: 'task-1' }),
        ensure(
          { name, owner: 'component:default/other' },
          { taskId: 'task-2' },
        ),
      ]);

      const outcomes = [one, other].map(({ status }) => status).sort();
      expect(outcomes).toEqual(['fulfilled', 'rejected']);
      expect(writesAbout(name)).toEqual(['CreateRepository']);
    });
  });

  describe('with rules of the registry for scanning', () => {
    const elsewhere = { accountId: '444455556666', region: 'us-east-1' };

    beforeAll(async () => {
      await environment.administrator.ecr(elsewhere).send(
        new PutRegistryScanningConfigurationCommand({
          scanType: 'ENHANCED',
          rules: [
            {
              scanFrequency: 'CONTINUOUS_SCAN',
              repositoryFilters: [
                { filter: 'scanned/*', filterType: 'WILDCARD' },
              ],
            },
          ],
        }),
      );
    });

    it('reports what is in effect, and takes the switch for nothing', async () => {
      const { output } = await ensure({
        ...elsewhere,
        name: `scanned/${newName()}`,
      });

      expect(output).toMatchObject({
        scan: { type: 'ENHANCED', frequency: 'CONTINUOUS_SCAN' },
        drift: [],
      });
    });

    it('says that they are against what was asked, in a dry run as well', async () => {
      const input = { ...elsewhere, name: newName(), converge: true };
      const dry = await ensure(input, { isDryRun: true });
      const real = await ensure(input);

      expect(real.output).toMatchObject({
        scan: { frequency: 'DISABLED', source: 'registry' },
        drift: [
          {
            field: 'scanOnPush',
            asked: 'true',
            found: 'false',
            explanation: expect.stringMatching(
              /none of its rules matches.*who manages the registry/,
            ),
          },
        ],
      });
      expect(dry.output).toEqual(real.output);
    });
  });

  describe('in a dry run', () => {
    it('writes nothing and gives the outputs of a real run', async () => {
      const name = newName();
      const input = {
        name,
        lifecycle: { expireUntaggedAfterDays: 3 },
        repositoryPolicyText: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::444455556666:root' },
              Action: ['ecr:BatchGetImage'],
            },
          ],
        }),
      };

      const dry = await ensure(input, { isDryRun: true });
      expect(writesAbout(name)).toEqual([]);
      const real = await ensure(input);

      expect(dry.output).toEqual(real.output);
    });

    it('says what would change of a repository that is there', async () => {
      const name = newName();
      await ensure({ name });
      const input = {
        name,
        imageTagMutability: 'MUTABLE',
        converge: true,
      };

      const dry = await ensure(input, { isDryRun: true, taskId: 'task-2' });
      expect(dry.output.changes).toEqual([
        { field: 'imageTagMutability', before: 'IMMUTABLE', after: 'MUTABLE' },
      ]);
      expect(writesAbout(name)).toEqual(['CreateRepository']);
      const real = await ensure(input, { taskId: 'task-2' });

      expect(real.output).toEqual(dry.output);
    });
  });

  describe('refuses', () => {
    it.each<[string, JsonObject, string]>([
      ['upper case', { name: 'shop/Orders' }, '`name`'],
      ['a way out', { name: '../orders' }, '`name`'],
      ['an account that is none', { accountId: '1234' }, 'accountId'],
      ['a region that is none', { region: 'Mars' }, '`region`'],
      ['an owner that is none', { owner: 'a:b:c/d' }, '`owner`'],
      [
        'exclusion without filters',
        { imageTagMutability: 'MUTABLE_WITH_EXCLUSION' },
        '`exclusionFilters`',
      ],
      [
        'filters without exclusion',
        { exclusionFilters: ['a'] },
        '_WITH_EXCLUSION',
      ],
      [
        'too many wildcards',
        {
          imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
          exclusionFilters: ['a*b*c*'],
        },
        '`exclusionFilters[0]`',
      ],
      [
        'a key without KMS',
        { encryption: { kmsKey: 'alias/x' } },
        '`encryption.kmsKey`',
      ],
      [
        'two lifecycle policies',
        {
          lifecycle: { expireUntaggedAfterDays: 1 },
          lifecyclePolicyText: '{"rules":[]}',
        },
        'not both',
      ],
      ['a policy that is no JSON', { repositoryPolicyText: '-' }, 'not JSON'],
      [
        'a role of another partition',
        { access: { pushRoles: ['arn:aws-cn:iam::444455556666:role/a'] } },
        '`access.pushRoles[0]`',
      ],
      [
        'two repository policies',
        { access: {}, repositoryPolicyText: '{}' },
        'not both',
      ],
      [
        'one filter twice',
        {
          imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
          exclusionFilters: ['a', 'a'],
        },
        '`exclusionFilters`',
      ],
      [
        'a tag of ownership',
        { tags: { 'slipway:task': 'x' } },
        'tags.slipway:task',
      ],
    ])(
      '%s, naming the field, before anything is asked',
      async (_, input, said) => {
        const before = environment.sandbox.journal.list({
          service: 'ecr',
        }).length;
        await expect(
          ensure({ name: 'shop/refused', ...input }),
        ).rejects.toMatchObject({
          name: 'InputError',
          message: expect.stringContaining(said),
        });
        expect(
          environment.sandbox.journal.list({ service: 'ecr' }),
        ).toHaveLength(before);
      },
    );

    it('six exclusion filters by the schema already', async () => {
      await expect(
        ensure({ name: newName(), exclusionFilters: [...'abcdef'] }),
      ).rejects.toThrow('instance.exclusionFilters');
    });
  });

  describe('explains', () => {
    it('denied access with the action, the resource and where to read on', async () => {
      environment.sandbox.faults.add({
        kind: 'access-denied',
        service: 'ecr',
        operation: 'CreateRepository',
      });
      const name = newName();

      await expect(ensure({ name })).rejects.toMatchObject({
        name: 'NotAllowedError',
        message: expect.stringMatching(
          new RegExp(
            `${name}.*ecr:CreateRepository.*docs/iam.md#ecr-createrepository$`,
          ),
        ),
      });
    });

    it('credentials that have expired', async () => {
      environment.sandbox.faults.add({
        kind: 'expired-token',
        service: 'ecr',
        operation: 'CreateRepository',
      });

      await expect(ensure({ name: newName() })).rejects.toMatchObject({
        name: 'ServiceUnavailableError',
        message: expect.stringMatching(
          /credentials have expired \(ecr:CreateRepository in account 111122223333, region eu-west-1\); renew them/,
        ),
      });
    });

    it('an account that is not configured', async () => {
      await expect(
        ensure({ name: newName(), accountId: '999999999999' }),
      ).rejects.toThrow('999999999999');
    });

    it('goes on when the scan configuration of the registry is denied', async () => {
      environment.sandbox.faults.add({
        kind: 'access-denied',
        service: 'ecr',
        operation: 'GetRegistryScanningConfiguration',
      });

      const { output, log } = await ensure({ name: newName() });

      expect(output.scan).toMatchObject({ frequency: 'UNKNOWN' });
      expect(log.join('\n')).toContain('ecr:GetRegistryScanningConfiguration');
    });
  });

  it('stops at once when the task is cancelled, and makes nothing', async () => {
    const name = newName();
    environment.sandbox.faults.add({
      kind: 'hang',
      service: 'ecr',
      operation: 'DescribeRepositories',
      target: name,
    });
    const cancel = new AbortController();
    const run = ensure({ name }, { signal: cancel.signal });
    const started = Date.now();
    cancel.abort(new Error('the task was cancelled'));

    await expect(run).rejects.toThrow('the task was cancelled');
    expect(Date.now() - started).toBeLessThan(1_000);
    environment.sandbox.faults.clear();
    await expect(repository(name)).rejects.toThrow(/not exist|not found/i);
  });
});
