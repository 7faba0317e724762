import { parseQuantity } from '@slipway/backstage-plugin-eks-common';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  clusterParts,
  podRequests,
  repositoryPermissions,
  rolePermissions,
} from './servicePermissions';

// eslint-disable-next-line no-restricted-syntax -- never built, it runs from its sources
const root = join(__dirname, '../../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

function allowedBy(policy: string): string[] {
  const document: { Statement: { Action: string | string[] }[] } = JSON.parse(
    read(`docs/iam-policies/actions/${policy}.json`),
  );
  return document.Statement.flatMap(({ Action }) => Action);
}

describe('what is asked ahead', () => {
  it.each([
    ['the image repository', repositoryPermissions, 'aws-ecr-repository'],
    ['the role', rolePermissions, 'aws-iam-pipeline-role'],
  ])('of %s is in the policies of its actions', (_, needed, policy) => {
    expect(allowedBy(`${policy}-ensure`)).toEqual(
      expect.arrayContaining(needed.make),
    );
    expect(allowedBy(`${policy}-delete`)).toEqual(
      expect.arrayContaining(needed.takeBack),
    );
    expect(allowedBy('aws-eks-service-undo')).toEqual(
      expect.arrayContaining(needed.takeBack),
    );
  });

  it('of a cluster is what the template applies there', () => {
    const manifests = read(
      'templates/eks-service/content/cluster/namespace.yaml',
    );

    expect(
      [...manifests.matchAll(/^kind: (\w+)$/gm)].map(([, kind]) => kind),
    ).toEqual(clusterParts.map(({ kind }) => kind));
  });

  it('of quotas is what a pod of the template asks for', () => {
    const compute = read(
      'templates/eks-service/content/compute/nodes/compute.yaml',
    );
    const [, cpu, memory] =
      /requests:\s+cpu: (\S+)\s+memory: (\S+)/.exec(compute) ?? [];

    expect(podRequests['requests.cpu']).toBe(parseQuantity(cpu));
    expect(podRequests['requests.memory']).toBe(parseQuantity(memory));
  });
});
