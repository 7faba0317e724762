import type { Entity } from '@backstage/catalog-model';
import { clusterArnsOf, runsOnKubernetes } from './annotations';

const entity = (annotations?: Record<string, string>): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'orders', annotations },
});

const clusters = (value: string) =>
  clusterArnsOf(entity({ 'aws.amazon.com/amazon-eks-cluster-arn': value }));

it('reads one or more cluster ARNs, each once and in order', () => {
  expect(clusters('arn:b')).toEqual(['arn:b']);
  expect(clusters(' arn:b , arn:a,,arn:b ')).toEqual(['arn:b', 'arn:a']);
  expect(clusters('')).toEqual([]);
  expect(clusterArnsOf(entity())).toEqual([]);
});

it.each([
  [{ 'aws.amazon.com/amazon-eks-cluster-arn': 'arn:a' }, true],
  [{ 'backstage.io/kubernetes-id': 'orders' }, true],
  [{ 'backstage.io/kubernetes-label-selector': 'app=orders' }, true],
  [{ 'backstage.io/kubernetes-namespace': 'orders' }, false],
  [{}, false],
  [undefined, false],
])('knows by %p whether something may run', (annotations, expected) => {
  expect(runsOnKubernetes(entity(annotations))).toBe(expected);
});
