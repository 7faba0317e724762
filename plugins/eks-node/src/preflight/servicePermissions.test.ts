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

  it.each(['nodejs', 'java'])(
    'of quotas is what a pod of %s asks for',
    runtime => {
      const template = read('templates/eks-service/template.yaml');
      const asked = (resource: string) => {
        const lines = [
          ...template.matchAll(
            new RegExp(
              `^ +${resource}: .*'(\\w+)' if .*'java' else '(\\w+)'`,
              'gm',
            ),
          ),
        ].map(([, java, others]) => (runtime === 'java' ? java : others));
        // The base and the overlays are filled in with the same.
        expect(new Set(lines).size).toBe(1);
        return parseQuantity(lines[0]);
      };

      expect(podRequests(runtime)['requests.cpu']).toBe(asked('cpu'));
      expect(podRequests(runtime)['requests.memory']).toBe(asked('memory'));
    },
  );
});
