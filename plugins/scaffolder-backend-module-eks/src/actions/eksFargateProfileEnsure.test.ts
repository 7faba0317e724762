import {
  CreateFargateProfileCommand,
  DeleteFargateProfileCommand,
  DescribeFargateProfileCommand,
} from '@aws-sdk/client-eks';
import type { JsonObject } from '@backstage/types';
import {
  type Checkpoints,
  runAction,
  type RunOptions,
} from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEksFargateProfileEnsureAction } from './eksFargateProfileEnsure';

const environment = useSandbox({ action: 'aws:eks:fargate-profile:ensure' });
const place = { accountId: '111122223333', region: 'eu-west-1' };
const clusterArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/batch-eu';
const owner = 'component:default/orders';
const podExecutionRoleArn = 'arn:aws:iam::111122223333:role/eks-fargate-pods';

let count = 0;
/** A profile that no other test uses. */
const newProfile = () => {
  count += 1;
  const name = `orders-${count}`;
  return { name, selectors: [{ namespace: name }] };
};

const eks = () => environment.administrator.eks(place);

function ensure(input: JsonObject, options?: RunOptions) {
  const { clients, config } = environment;
  return runAction(
    createEksFargateProfileEnsureAction({ clients, config }),
    { clusterArn, owner, podExecutionRoleArn, ...input },
    options,
  );
}

async function profile(name: string) {
  const { fargateProfile } = await eks().send(
    new DescribeFargateProfileCommand({
      clusterName: 'batch-eu',
      fargateProfileName: name,
    }),
  );
  return fargateProfile;
}

const make = (name: string, tags?: Record<string, string>) =>
  eks().send(
    new CreateFargateProfileCommand({
      clusterName: 'batch-eu',
      fargateProfileName: name,
      podExecutionRoleArn,
      selectors: [{ namespace: name }],
      tags,
    }),
  );

/** Nothing changes, so that the next profile can be made at once. */
async function settled(name: string) {
  for (;;) {
    const found = await profile(name).catch(() => undefined);
    if (!found || found.status === 'ACTIVE') {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

describe('aws:eks:fargate-profile:ensure', () => {
  it('makes a profile and waits until it takes pods', async () => {
    const input = newProfile();
    const { output, log } = await ensure({
      ...input,
      selectors: [{ namespace: input.name, labels: { app: 'orders' } }],
      tags: { team: 'payments' },
    });

    expect(output).toEqual({
      arn: expect.stringContaining(`:fargateprofile/batch-eu/${input.name}/`),
      name: input.name,
      status: 'ACTIVE',
      overlaps: [],
      created: true,
      changes: [
        {
          field: 'fargateProfile',
          before: 'none',
          after: `namespace ${input.name} with app=orders`,
        },
      ],
      drift: [],
    });
    expect(log.join('\n')).toMatch(/is CREATING for \d+ s/);
    expect((await profile(input.name))?.tags).toMatchObject({
      team: 'payments',
      'slipway:entity': owner,
      'slipway:task': 'task-1',
    });
  });

  it('is the same when it runs again', async () => {
    const input = newProfile();
    const checkpoints: Checkpoints = new Map();

    const first = await ensure(input, { checkpoints });
    const recovered = await ensure(input, { checkpoints });
    const retried = await ensure(input);

    expect(recovered.output).toEqual(first.output);
    expect(retried.output).toEqual(first.output);
  });

  it('waits while another profile of the cluster changes, and says which', async () => {
    const input = newProfile();
    await make(`before-${input.name}`);

    const { output, log } = await ensure(input);

    expect(output.status).toBe('ACTIVE');
    expect(log.join('\n')).toContain(`\`before-${input.name}\` is CREATING`);
  });

  it('makes it anew when it is being removed', async () => {
    const input = newProfile();
    await ensure(input);
    await eks().send(
      new DeleteFargateProfileCommand({
        clusterName: 'batch-eu',
        fargateProfileName: input.name,
      }),
    );

    const { output, log } = await ensure(input);

    expect(log.join('\n')).toContain('is being removed');
    expect(output).toMatchObject({ created: true, status: 'ACTIVE' });
  });

  it('reports what AWS cannot change', async () => {
    const input = newProfile();
    await ensure(input, { taskId: 'task-0' });

    const { output } = await ensure({
      ...input,
      selectors: [{ namespace: 'elsewhere' }],
      podExecutionRoleArn: 'arn:aws:iam::111122223333:role/other',
      subnets: ['subnet-0123456789abcdef0'],
      tags: { team: 'payments' },
      converge: true,
    });

    expect(output.changes).toEqual([
      { field: 'tags.team', before: 'none', after: 'payments' },
    ]);
    expect(output.drift).toEqual(
      ['podExecutionRoleArn', 'subnets', 'selectors'].map(field =>
        expect.objectContaining({
          field,
          explanation: expect.stringContaining('AWS cannot change'),
        }),
      ),
    );
  });

  it('explains profiles that take the same pods', async () => {
    const input = newProfile();
    const { output } = await ensure({
      ...input,
      selectors: [{ namespace: 'batch-orders' }],
    });

    expect(output.overlaps).toEqual([
      expect.stringMatching(
        /namespace batch-orders overlaps namespace batch-\* of profile `batch`.*eks\.amazonaws\.com\/fargate-profile/,
      ),
    ]);
  });

  it('takes what belongs to nobody only when asked, and never what is another entity’s', async () => {
    const { name, selectors } = newProfile();
    await make(name);
    await settled(name);
    await expect(ensure({ name, selectors })).rejects.toThrow(
      /belongs to no entity/,
    );
    const { output } = await ensure({ name, selectors, onExisting: 'adopt' });
    expect(output).toMatchObject({ created: false, drift: [] });

    const other = newProfile();
    await make(other.name, { 'slipway:entity': 'component:default/other' });
    await settled(other.name);
    await expect(ensure({ ...other, onExisting: 'adopt' })).rejects.toThrow(
      'belongs to component:default/other',
    );
  });

  it('only reads in a dry run', async () => {
    const input = newProfile();

    const { output } = await ensure(input, { isDryRun: true });

    expect(output).toMatchObject({ created: true, status: 'ACTIVE' });
    await expect(profile(input.name)).rejects.toThrow(/No Fargate Profile/);
  });

  it('ends the wait at once when the task is cancelled', async () => {
    const input = newProfile();
    await make(`busy-${input.name}`);
    const cancel = new AbortController();
    const running = ensure(input, { signal: cancel.signal });
    setTimeout(() => cancel.abort(), 100);

    await expect(running).rejects.toThrow(/abort/i);
    await settled(`busy-${input.name}`);
    await expect(profile(input.name)).rejects.toThrow(/No Fargate Profile/);
  });

  it('says when it was not ready in time', async () => {
    const input = newProfile();

    await expect(ensure({ ...input, waitSeconds: 1 })).rejects.toThrow(
      /was not ready in time.*waitSeconds/,
    );
    await settled(input.name);
  });

  it('names the fields that are wrong', async () => {
    await expect(
      ensure({
        name: 'orders',
        podExecutionRoleArn: 'x',
        selectors: [
          {
            namespace: 'orders',
            labels: { a: '', b: '', c: '', d: '', e: '', f: '' },
          },
        ],
      }),
    ).rejects.toThrow(/`podExecutionRoleArn`[^]*`selectors\[0\]\.labels`/);
    const six = Array.from({ length: 6 }, (_, i) => ({ namespace: `n${i}` }));
    await expect(ensure({ name: 'orders', selectors: six })).rejects.toThrow(
      /selectors/,
    );
    await expect(
      ensure({ name: 'eks-orders', selectors: [{ namespace: 'orders' }] }),
    ).rejects.toThrow(/reserved by AWS/);
  });
});
