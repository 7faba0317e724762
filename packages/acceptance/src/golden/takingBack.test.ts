import type { Entity } from '@backstage/catalog-model';
import type { TemplateEntityV1beta3 } from '@backstage/plugin-scaffolder-common';
import type { JsonObject } from '@backstage/types';
import { usualValues } from './__testUtils__/scaffolder';
import { useTasks } from './__testUtils__/tasks';
import { registeredTemplate } from './__testUtils__/template';

const prodEu = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';
const namespaces = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  namespaced: false,
};

const retired: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'returns',
    namespace: 'default',
    annotations: {
      'aws.amazon.com/amazon-eks-cluster-arn': prodEu,
      'aws.amazon.com/amazon-ecr-arn':
        'arn:aws:ecr:eu-west-1:111122223333:repository/returns',
    },
  },
  spec: { type: 'service', lifecycle: 'production', owner: 'user:mock' },
  relations: [{ type: 'ownedBy', targetRef: 'user:default/mock' }],
};

const team: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: { name: 'payments', namespace: 'default' },
  spec: { type: 'team', children: [] },
};

/** Makes what the service has, whose name the catalog knows already. */
const making: TemplateEntityV1beta3 = {
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: {
    name: 'making',
    namespace: 'default',
    annotations: { 'backstage.io/managed-by-location': 'url:http://x/x.yaml' },
  },
  spec: {
    type: 'service',
    steps: [
      {
        id: 'registry',
        name: 'Make the image repository',
        action: 'aws:ecr:repository:ensure',
        input: {
          name: 'returns',
          accountId: '111122223333',
          region: 'eu-west-1',
          owner: 'component:default/returns',
        },
      },
      {
        id: 'namespace',
        name: 'Make the namespace',
        action: 'kubernetes:apply',
        input: {
          clusterArn: prodEu,
          owner: 'component:default/returns',
          manifests: [
            {
              apiVersion: 'v1',
              kind: 'Namespace',
              metadata: { name: 'returns' },
            },
          ],
        },
      },
    ],
  },
};

const tasks = useTasks([
  team,
  retired,
  making,
  registeredTemplate('eks-service'),
  registeredTemplate('eks-service-decommission'),
]);

/** What a person enters for a service of that name. */
function valuesFor(name: string): JsonObject {
  const { system, ...values } = usualValues;
  const { host } = new URL(tasks.sandbox.urls.github);
  return {
    ...values,
    name,
    targets: [
      { environment: 'production', clusterArn: prodEu, namespace: name },
    ],
    repoUrl: `${host}?owner=acme&repo=${name}`,
  };
}

const hasNamespace = (name: string) =>
  tasks.sandbox.cluster(prodEu).store.get(namespaces, undefined, name) !==
  undefined;

async function hasImages(name: string) {
  const { registries } = await (
    await fetch(`${tasks.sandbox.urls.status}/api/state`)
  ).json();
  return JSON.stringify(registries).includes(`"${name}"`);
}

const publishingFails = () =>
  tasks.sandbox.faults.add({
    service: 'github',
    operation: 'POST /orgs/{org}/repos',
    kind: 'access-denied',
  });

describe('eks-service, when publishing fails', () => {
  it('leaves nothing, and stays failed with what went wrong first', async () => {
    publishingFails();

    const { status, error, log } = await tasks.run(
      'eks-service',
      valuesFor('orders'),
    );

    expect(status).toBe('failed');
    expect(error).toMatch(/acme|not accessible|permission|forbidden/i);
    const all = log.join('\n');
    expect(all).toContain('Finished step Make the image repository');
    expect(all).toContain('Removed namespace orders in prod-eu');
    expect(all).toContain(
      'Removed image repository orders in registry 111122223333 eu-west-1',
    );
    expect(await hasImages('orders')).toBe(false);
    expect(hasNamespace('orders')).toBe(false);
  });

  it('leaves a namespace that was there before', async () => {
    tasks.sandbox.cluster(prodEu).seed([
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'invoices' },
      },
    ]);
    publishingFails();

    const { status, log } = await tasks.run(
      'eks-service',
      valuesFor('invoices'),
    );

    expect(status).toBe('failed');
    expect(log.join('\n')).not.toContain('Removed namespace');
    expect(hasNamespace('invoices')).toBe(true);
    expect(await hasImages('invoices')).toBe(false);
  });
});

describe('eks-service-decommission', () => {
  it('removes a service for its owner', async () => {
    await tasks.run('making', {});
    expect(await hasImages('returns')).toBe(true);
    expect(hasNamespace('returns')).toBe(true);

    const { status, error, output, log } = await tasks.run(
      'eks-service-decommission',
      { service: 'component:default/returns', confirm: 'returns' },
    );

    expect({ status, error }).toEqual({ status: 'completed' });
    expect(log.join('\n')).toContain('Removed image repository returns');
    expect(output.text).toEqual([
      expect.objectContaining({
        title: 'What went',
        content: expect.stringContaining(
          '- image repository `returns` in registry 111122223333 eu-west-1\n',
        ),
      }),
      expect.objectContaining({ title: 'What stays' }),
    ]);
    expect(await hasImages('returns')).toBe(false);
    expect(hasNamespace('returns')).toBe(false);
  });

  it('removes nothing when the name is not the service’s', async () => {
    const { status, error } = await tasks.run('eks-service-decommission', {
      service: 'component:default/returns',
      confirm: 'return',
    });

    expect(status).toBe('failed');
    expect(error).toMatch(/`confirm`: type `returns`/);
  });
});
