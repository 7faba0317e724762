import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import type { JsonObject } from '@backstage/types';
import {
  type Checkpoints,
  runAction,
  type RunOptions,
} from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEksPodIdentityEnsureAction } from './eksPodIdentityEnsure';

const environment = useSandbox({ action: 'aws:eks:pod-identity:ensure' });
const place = { accountId: '444455556666', region: 'us-east-1' };
const clusterArn = 'arn:aws:eks:us-east-1:444455556666:cluster/staging-us';
const owner = 'component:default/orders';
const roleArn = 'arn:aws:iam::444455556666:role/orders';
const otherRole = 'arn:aws:iam::444455556666:role/other';

let count = 0;
/** A service account that no other test uses. */
const newAccount = () => {
  count += 1;
  return { namespace: 'orders', serviceAccount: `orders-${count}` };
};

const eks = () => environment.administrator.eks(place);

function ensure(input: JsonObject, options?: RunOptions) {
  const { clusters, config } = environment;
  return runAction(
    createEksPodIdentityEnsureAction({ clusters, config }),
    { clusterArn, owner, roleArn, ...input },
    options,
  );
}

async function associations(account: {
  namespace: string;
  serviceAccount: string;
}) {
  const { associations: found = [] } = await eks().send(
    new ListPodIdentityAssociationsCommand({
      clusterName: 'staging-us',
      ...account,
    }),
  );
  return await Promise.all(
    found.map(async ({ associationId }) => {
      const { association } = await eks().send(
        new DescribePodIdentityAssociationCommand({
          clusterName: 'staging-us',
          associationId,
        }),
      );
      return association;
    }),
  );
}

const make = (
  account: { namespace: string; serviceAccount: string },
  tags?: Record<string, string>,
) =>
  eks().send(
    new CreatePodIdentityAssociationCommand({
      clusterName: 'staging-us',
      ...account,
      roleArn: otherRole,
      tags,
    }),
  );

describe('aws:eks:pod-identity:ensure', () => {
  it('gives the pods of a service account a role', async () => {
    const account = newAccount();
    const { output, log } = await ensure({
      ...account,
      tags: { team: 'payments' },
    });

    const [found] = await associations(account);
    expect(output).toEqual({
      arn: found?.associationArn,
      associationId: found?.associationId,
      warnings: [],
      created: true,
      changes: [
        {
          field: 'podIdentityAssociation',
          before: 'none',
          after: `orders/${account.serviceAccount} as ${roleArn}`,
        },
      ],
      drift: [],
    });
    expect(found).toMatchObject({
      roleArn,
      tags: {
        team: 'payments',
        'slipway:entity': owner,
        'slipway:task': 'task-1',
      },
    });
    expect(log.join('\n')).toContain('pods that run already');
  });

  it('is the same when it runs again', async () => {
    const account = newAccount();
    const checkpoints: Checkpoints = new Map();

    const first = await ensure(account, { checkpoints });
    const recovered = await ensure(account, { checkpoints });
    const retried = await ensure(account);

    expect(recovered.output).toEqual(first.output);
    expect(retried.output).toEqual(first.output);
    expect(await associations(account)).toHaveLength(1);
  });

  it('finds what it made when the answer was lost', async () => {
    const account = newAccount();
    environment.sandbox.faults.add({
      service: 'eks',
      operation: 'CreatePodIdentityAssociation',
      kind: 'reset-after',
      remaining: 1,
    });

    const { output } = await ensure(account);

    expect(output).toMatchObject({ created: true, drift: [] });
    expect(await associations(account)).toHaveLength(1);
  });

  it('makes it anew when it was removed after a checkpoint', async () => {
    const account = newAccount();
    const checkpoints: Checkpoints = new Map();
    const { output } = await ensure(account, { checkpoints });
    await eks().send(
      new DeletePodIdentityAssociationCommand({
        clusterName: 'staging-us',
        associationId: String(output.associationId),
      }),
    );

    await ensure(account, { checkpoints });

    expect(await associations(account)).toHaveLength(1);
  });

  it('reports another role, and changes it only when asked', async () => {
    const account = newAccount();
    await ensure({ ...account, roleArn: otherRole }, { taskId: 'task-0' });

    const reported = await ensure(account);

    expect(reported.output).toMatchObject({
      created: false,
      changes: [],
      drift: [{ field: 'roleArn', asked: roleArn, found: otherRole }],
    });
    const converged = await ensure({
      ...account,
      converge: true,
      tags: { team: 'payments' },
    });
    expect(converged.output).toMatchObject({
      changes: [
        { field: 'roleArn', before: otherRole, after: roleArn },
        { field: 'tags.team', before: 'none', after: 'payments' },
      ],
      drift: [],
    });
    const [found] = await associations(account);
    expect(found?.roleArn).toBe(roleArn);
  });

  it('takes what belongs to nobody only when asked, and never what is another entity’s', async () => {
    const account = newAccount();
    await make(account);
    await expect(ensure(account)).rejects.toThrow(/belongs to no entity/);
    const { output } = await ensure({ ...account, onExisting: 'adopt' });
    expect(output.created).toBe(false);

    const other = newAccount();
    await make(other, { 'slipway:entity': 'component:default/other' });
    await expect(ensure({ ...other, onExisting: 'adopt' })).rejects.toThrow(
      'belongs to component:default/other',
    );
  });

  it('only reads in a dry run', async () => {
    const account = newAccount();

    const { output } = await ensure(account, { isDryRun: true });

    expect(output).toMatchObject({ created: true, drift: [] });
    expect(await associations(account)).toEqual([]);
  });

  it('says when pods will not get the role all the same', async () => {
    const { output } = await ensure({
      clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/batch-eu',
      namespace: 'kube-system',
      serviceAccount: 'orders',
      roleArn: 'arn:aws:iam::111122223333:role/orders',
    }).catch(error => ({ output: { error: String(error) } }));
    // The namespace is Kubernetes' own.
    expect(output).toEqual({ error: expect.stringContaining('namespace') });

    const fargate = await ensure({
      clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/batch-eu',
      namespace: 'batch-orders',
      serviceAccount: 'orders',
      roleArn: 'arn:aws:iam::111122223333:role/orders',
    });
    expect(fargate.output.warnings).toEqual([
      expect.stringContaining('eks-pod-identity-agent'),
      expect.stringContaining('IAM roles for service accounts'),
    ]);
  });

  it('names the fields that are wrong', async () => {
    await expect(
      ensure({ namespace: 'Orders', serviceAccount: 'orders', roleArn: 'x' }),
    ).rejects.toThrow(/2 problems:[^]*`namespace`[^]*`roleArn`/);
  });

  it('ends when the task is cancelled', async () => {
    await expect(
      ensure(newAccount(), { signal: AbortSignal.abort() }),
    ).rejects.toThrow(/abort/i);
  });
});
