import {
  healthy,
  nothingDeployed,
  onClusters,
  orders,
  PROD_EU,
  unreachable,
} from '../testUtils/scenarios';
import { linksOf, pipelineLink, podLogsLink } from './links';
import { toRuntime } from './runtime';

const clusters = (answer = healthy(), entity = orders) =>
  toRuntime({ entity, answer, knownClusters: [PROD_EU] }).clusters;

const withAnnotations = (annotations: Record<string, string>) => ({
  ...orders,
  metadata: { ...orders.metadata, annotations },
});

it('links to the workload, its namespace, the cluster and the repository', () => {
  expect(
    linksOf(clusters()[0], orders, {}).map(({ name, workload }) =>
      workload ? `${name} ${workload}` : name,
    ),
  ).toEqual([
    'containerInsightsWorkload orders',
    'logsInsights orders',
    'containerInsightsNamespace',
    'containerInsightsCluster',
    'containerInsights',
    'eksCluster',
    'ecrRepository',
  ]);
});

it.each([
  ['nothing is deployed', nothingDeployed()],
  ['the cluster cannot be read', unreachable()],
])('still links where %s', (_, answer) => {
  expect(
    linksOf(clusters(answer)[0], orders, {}).map(({ name }) => name),
  ).toEqual(expect.arrayContaining(['logsInsights', 'eksCluster']));
});

it('has no links into AWS for a cluster that is not of EKS', () => {
  const [cluster] = clusters(
    {
      items: [{ ...healthy().items[0], cluster: { name: 'minikube' } }],
    },
    onClusters(),
  );
  expect(cluster.title).toBe('minikube');
  expect(linksOf(cluster, orders, {})).toEqual([]);
  expect(podLogsLink(cluster.pods[0], [cluster], {})).toBeUndefined();
});

it('takes the ECR repository’s own account and region', () => {
  const entity = withAnnotations({
    'aws.amazon.com/amazon-ecr-arn':
      'arn:aws:ecr:us-east-1:444455556666:repository/team/orders',
  });
  expect(
    linksOf(clusters()[0], entity, {}).find(
      ({ name }) => name === 'ecrRepository',
    )?.href,
  ).toBe(
    'https://us-east-1.console.aws.amazon.com/ecr/repositories/private/444455556666/team/orders?region=us-east-1',
  );
});

it.each([
  [
    { 'github.com/project-slug': 'acme/orders' },
    'https://github.com/acme/orders/actions',
  ],
  [
    {
      'github.com/project-slug': 'acme/orders',
      'backstage.io/source-location':
        'url:https://ghe.example.com/acme/orders/tree/main/',
    },
    'https://ghe.example.com/acme/orders/actions',
  ],
  [
    {
      'github.com/project-slug': 'acme/orders',
      'backstage.io/source-location': 'url:ftp://example.com/x',
    },
    undefined,
  ],
  [{ 'github.com/project-slug': '../../evil?x=' }, undefined],
  [
    { 'gitlab.com/project-slug': 'acme/shop/orders' },
    'https://gitlab.com/acme/shop/orders/-/pipelines',
  ],
  [
    {
      'gitlab.com/project-slug': 'acme/orders',
      'backstage.io/source-location':
        'url:https://git.example.com/acme/orders/-/tree/main/',
    },
    'https://git.example.com/acme/orders/-/pipelines',
  ],
  [{ 'gitlab.com/project-slug': 'acme/x?y=' }, undefined],
  [{}, undefined],
])('links from %p to the pipeline', (annotations, link) => {
  expect(pipelineLink(withAnnotations(annotations))).toBe(link);
});
