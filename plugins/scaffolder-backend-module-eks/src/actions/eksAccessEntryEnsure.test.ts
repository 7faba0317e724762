import {
  CreateAccessEntryCommand,
  DescribeAccessEntryCommand,
  ListAssociatedAccessPoliciesCommand,
  DeleteAccessEntryCommand,
} from '@aws-sdk/client-eks';
import type { JsonObject } from '@backstage/types';
import {
  type Checkpoints,
  runAction,
  type RunOptions,
} from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEksAccessEntryEnsureAction } from './eksAccessEntryEnsure';

const environment = useSandbox({ action: 'aws:eks:access-entry:ensure' });
const place = { accountId: '111122223333', region: 'eu-west-1' };
const clusterArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';
const owner = 'component:default/orders';

let count = 0;
/** A role that no other test uses. */
const newRole = () => {
  count += 1;
  return `arn:aws:iam::111122223333:role/team-${count}`;
};

const eks = () => environment.administrator.eks(place);

function ensure(input: JsonObject, options?: RunOptions) {
  const { clients, config } = environment;
  return runAction(
    createEksAccessEntryEnsureAction({ clients, config }),
    { clusterArn, owner, ...input },
    options,
  );
}

async function entry(principalArn: string) {
  const target = { clusterName: 'prod-eu', principalArn };
  const { accessEntry } = await eks().send(
    new DescribeAccessEntryCommand(target),
  );
  const { associatedAccessPolicies = [] } = await eks().send(
    new ListAssociatedAccessPoliciesCommand(target),
  );
  return {
    groups: accessEntry?.kubernetesGroups,
    tags: accessEntry?.tags,
    policies: associatedAccessPolicies.map(({ policyArn, accessScope }) => [
      policyArn?.replace(/.*\//, ''),
      accessScope?.namespaces,
    ]),
  };
}

const make = (principalArn: string, tags?: Record<string, string>) =>
  eks().send(
    new CreateAccessEntryCommand({
      clusterName: 'prod-eu',
      principalArn,
      kubernetesGroups: ['old'],
      tags,
    }),
  );

const edit = { name: 'AmazonEKSEditPolicy', namespaces: ['orders'] };
const view = { name: 'AmazonEKSViewPolicy', namespaces: [] };

describe('aws:eks:access-entry:ensure', () => {
  it('lets a role in with what it may do', async () => {
    const principalArn = newRole();
    const { output, log } = await ensure({
      principalArn,
      kubernetesGroups: ['payments'],
      policies: [edit, view],
      tags: { team: 'payments' },
    });

    expect(output).toEqual({
      arn: expect.stringContaining(':access-entry/prod-eu/role/'),
      principalArn,
      created: true,
      changes: [{ field: 'accessEntry', before: 'none', after: principalArn }],
      drift: [],
    });
    expect(log.join()).toContain(`Made access entry of ${principalArn}`);
    expect(await entry(principalArn)).toEqual({
      groups: ['payments'],
      tags: {
        team: 'payments',
        'slipway:entity': owner,
        'slipway:template': 'template:default/eks-service',
        'slipway:task': 'task-1',
      },
      policies: [
        ['AmazonEKSEditPolicy', ['orders']],
        ['AmazonEKSViewPolicy', []],
      ],
    });
  });

  it('is the same when it runs again', async () => {
    const input = { principalArn: newRole(), policies: [edit] };
    const checkpoints: Checkpoints = new Map();

    const first = await ensure(input, { checkpoints });
    const recovered = await ensure(input, { checkpoints });
    const retried = await ensure(input);

    expect(recovered.output).toEqual(first.output);
    expect(retried.output).toEqual(first.output);
  });

  it('completes what was interrupted between the entry and its policies', async () => {
    const input = { principalArn: newRole(), policies: [edit] };
    const fault = environment.sandbox.faults.add({
      service: 'eks',
      operation: 'AssociateAccessPolicy',
      kind: 'access-denied',
    });
    await expect(ensure(input)).rejects.toThrow('eks:AssociateAccessPolicy');
    environment.sandbox.faults.remove(fault.id);

    const { output } = await ensure(input);

    expect(output).toMatchObject({ created: true, drift: [] });
    expect((await entry(input.principalArn)).policies).toHaveLength(1);
  });

  it('makes it anew when it was removed after a checkpoint', async () => {
    const input = { principalArn: newRole() };
    const checkpoints: Checkpoints = new Map();
    await ensure(input, { checkpoints });
    await eks().send(
      new DeleteAccessEntryCommand({ clusterName: 'prod-eu', ...input }),
    );

    await ensure(input, { checkpoints });

    expect(await entry(input.principalArn)).toBeDefined();
  });

  it('reports what differs, and changes it only when asked', async () => {
    const principalArn = newRole();
    await ensure(
      { principalArn, kubernetesGroups: ['old'], policies: [edit] },
      { taskId: 'task-0' },
    );
    const asked = {
      principalArn,
      kubernetesGroups: ['new'],
      policies: [view],
      tags: { team: 'payments' },
    };

    const reported = await ensure(asked);

    expect(reported.output.changes).toEqual([]);
    expect(reported.output.drift).toEqual([
      expect.objectContaining({
        field: 'kubernetesGroups',
        asked: 'new',
        found: 'old',
        explanation: expect.stringContaining('converge: true'),
      }),
      expect.objectContaining({
        field: 'policies.AmazonEKSViewPolicy',
        asked: 'cluster',
        found: 'none',
      }),
      expect.objectContaining({
        field: 'policies.AmazonEKSEditPolicy',
        asked: 'none',
        found: 'namespaces orders',
      }),
      expect.objectContaining({ field: 'tags.team', found: 'none' }),
    ]);
    expect((await entry(principalArn)).groups).toEqual(['old']);

    const converged = await ensure({ ...asked, converge: true });

    expect(converged.output).toMatchObject({ created: false, drift: [] });
    expect(converged.output.changes).toHaveLength(4);
    expect(await entry(principalArn)).toMatchObject({
      groups: ['new'],
      policies: [['AmazonEKSViewPolicy', []]],
      tags: { team: 'payments', 'slipway:task': 'task-0' },
    });
  });

  it('goes on when a policy went and the answer was lost', async () => {
    const principalArn = newRole();
    await ensure({ principalArn, policies: [edit, view] });
    environment.sandbox.faults.add({
      kind: 'reset-after',
      service: 'eks',
      operation: 'DisassociateAccessPolicy',
      remaining: 1,
    });

    await ensure({ principalArn, policies: [view], converge: true });

    expect((await entry(principalArn)).policies).toEqual([
      ['AmazonEKSViewPolicy', []],
    ]);
  });

  it('takes what belongs to nobody only when asked', async () => {
    const principalArn = newRole();
    await make(principalArn);

    await expect(ensure({ principalArn })).rejects.toThrow(
      /belongs to no entity.*onExisting: adopt/,
    );
    const { output } = await ensure({
      principalArn,
      kubernetesGroups: ['old'],
      onExisting: 'adopt',
    });

    expect(output).toMatchObject({ created: false, drift: [] });
    const { tags } = await entry(principalArn);
    expect(tags).toEqual({
      'slipway:entity': owner,
      'slipway:template': 'template:default/eks-service',
    });
  });

  it('refuses what belongs to another entity, and says whose it is', async () => {
    const principalArn = newRole();
    await make(principalArn, { 'slipway:entity': 'component:default/other' });

    await expect(
      ensure({ principalArn, onExisting: 'adopt', converge: true }),
    ).rejects.toThrow('belongs to component:default/other');
  });

  it('only reads in a dry run', async () => {
    const principalArn = newRole();

    const { output } = await ensure(
      { principalArn, policies: [view] },
      { isDryRun: true },
    );

    expect(output).toEqual({
      principalArn,
      created: true,
      changes: [{ field: 'accessEntry', before: 'none', after: principalArn }],
      drift: [],
    });
    await expect(entry(principalArn)).rejects.toThrow(/could not be found/);
  });

  it('says that a cluster is not there', async () => {
    await expect(
      ensure({
        clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/nowhere',
        principalArn: newRole(),
      }),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
  });

  it('names the fields that are wrong, and asks nobody', async () => {
    const before = environment.sandbox.journal.list().length;

    await expect(
      ensure({
        principalArn: 'arn:aws:sts::111122223333:assumed-role/a/b',
        kubernetesGroups: ['system:masters'],
        policies: [{ name: 'AmazonEKSAdminPolicy' }, edit, edit],
        owner: 'a b',
        tags: { 'aws:x': 'y' },
      }),
    ).rejects.toThrow(
      /6 problems:[^]*`owner`[^]*`principalArn`[^]*`kubernetesGroups\[0\]`[^]*`policies\[0\].namespaces`[^]*`policies\[2\].name`[^]*`tags.aws:x`/,
    );
    await expect(
      ensure({
        principalArn: newRole(),
        policies: [{ name: 'AmazonEKSClusterAdminPolicy' }],
      }),
    ).rejects.toThrow(/policies/);
    expect(environment.sandbox.journal.list()).toHaveLength(before);
  });

  it('ends when the task is cancelled', async () => {
    await expect(
      ensure({ principalArn: newRole() }, { signal: AbortSignal.abort() }),
    ).rejects.toThrow(/abort/i);
  });
});
