import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import type { JsonObject } from '@backstage/types';
import {
  type Checkpoints,
  runAction,
  type RunOptions,
} from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createEcrRepositoryDeleteAction } from './ecrRepositoryDelete';

const environment = useSandbox({ action: 'aws:ecr:repository:delete' });
const place = { accountId: '111122223333', region: 'eu-west-1' };
const owner = 'component:default/orders';

let count = 0;
/** A name that no other test uses. */
const newName = () => {
  count += 1;
  return `shop/orders-${count}`;
};

const ecr = () => environment.administrator.ecr(place);

function remove(input: JsonObject, options?: RunOptions) {
  return runAction(
    createEcrRepositoryDeleteAction({ clients: environment.clients }),
    { ...place, owner, ...input },
    options,
  );
}

async function create(name: string, entity: string | undefined = owner) {
  await ecr().send(
    new CreateRepositoryCommand({
      repositoryName: name,
      tags: entity ? [{ Key: 'slipway:entity', Value: entity }] : [],
    }),
  );
}

async function push(name: string, content: string) {
  await ecr().send(
    new PutImageCommand({
      repositoryName: name,
      imageTag: content,
      imageManifest: JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { size: 1 },
        layers: [{ size: 1, digest: content }],
      }),
    }),
  );
}

async function exists(name: string) {
  const { repositories = [] } = await ecr().send(
    new DescribeRepositoriesCommand({}),
  );
  return repositories.some(({ repositoryName }) => repositoryName === name);
}

describe('aws:ecr:repository:delete', () => {
  it('removes what belongs to the entity', async () => {
    const name = newName();
    await create(name);

    const { output, log } = await remove({ name });

    expect(output).toEqual({
      name,
      arn: `arn:aws:ecr:eu-west-1:111122223333:repository/${name}`,
      deleted: true,
      images: 0,
    });
    expect(log.join()).toContain(`Removed repository \`${name}\``);
    expect(await exists(name)).toBe(false);
  });

  it('is content when there is none', async () => {
    const { output } = await remove({ name: newName() });

    expect(output).toMatchObject({ deleted: false, images: 0 });
  });

  it('says how many images are in it, and leaves it', async () => {
    const name = newName();
    await create(name);
    await push(name, 'v1');
    await push(name, 'v2');

    await expect(remove({ name })).rejects.toThrow(
      /holds 2 images, and stays; .*whenNotEmpty: delete/,
    );
    expect(await exists(name)).toBe(true);
  });

  it('removes it with its images where that is asked', async () => {
    const name = newName();
    await create(name);
    await push(name, 'v1');

    const { output } = await remove({ name, whenNotEmpty: 'delete' });

    expect(output).toMatchObject({ deleted: true, images: 1 });
    expect(await exists(name)).toBe(false);
  });

  it.each([
    [
      'another entity',
      'component:default/payments',
      /component:default\/payments/,
    ],
    ['nobody', '', /belongs to no entity/],
  ])('leaves one of %s', async (_, entity, message) => {
    const name = newName();
    await create(name, entity);

    await expect(remove({ name, whenNotEmpty: 'delete' })).rejects.toThrow(
      message,
    );
    expect(await exists(name)).toBe(true);
  });

  it('only looks in a dry run', async () => {
    const name = newName();
    await create(name);

    const { output } = await remove({ name }, { isDryRun: true });

    expect(output).toMatchObject({ deleted: true, images: 0 });
    expect(await exists(name)).toBe(true);
  });

  it('gives the same outputs when it runs again', async () => {
    const name = newName();
    const checkpoints: Checkpoints = new Map();
    await create(name);

    const first = await remove({ name }, { checkpoints });
    const again = await remove({ name }, { checkpoints });

    expect(again.output).toEqual(first.output);
  });

  it('removes it again when it came back in between', async () => {
    const name = newName();
    const checkpoints: Checkpoints = new Map();
    await create(name);
    await remove({ name }, { checkpoints });
    await create(name);

    await remove({ name }, { checkpoints });

    expect(await exists(name)).toBe(false);
  });

  it('takes an answer that was lost for done', async () => {
    const name = newName();
    await create(name);
    environment.sandbox.faults.add({
      service: 'ecr',
      operation: 'DeleteRepository',
      target: name,
      kind: 'reset-after',
      remaining: 1,
    });

    const { output } = await remove({ name });

    expect(output).toMatchObject({ deleted: true });
  });

  it('may not, by its policy, remove what belongs to nobody', async () => {
    const name = newName();
    await create(name, '');

    await expect(
      environment.clients
        .ecr(place)
        .send(new DeleteRepositoryCommand({ repositoryName: name })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await exists(name)).toBe(true);
  });

  it('says that a permission is missing where the repository is there', async () => {
    const name = newName();
    await create(name);
    environment.sandbox.faults.add({
      service: 'ecr',
      operation: 'DeleteRepository',
      target: name,
      kind: 'access-denied',
    });

    await expect(remove({ name })).rejects.toMatchObject({
      name: 'NotAllowedError',
      message: expect.stringContaining('docs/iam.md#ecr-deleterepository'),
    });
  });

  it('names the fields that are wrong', async () => {
    await expect(
      remove({ name: 'Orders', region: 'nowhere', owner: 'a b' }),
    ).rejects.toThrow(/3 problems:\n- `name`.*\n- `region`.*\n- `owner`/);
  });

  it('ends when the task is cancelled', async () => {
    const name = newName();
    await create(name);

    await expect(
      remove({ name }, { signal: AbortSignal.abort() }),
    ).rejects.toThrow(/abort/i);
    expect(await exists(name)).toBe(true);
  });
});
