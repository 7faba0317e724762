import { createTranslationRef } from '@backstage/core-plugin-api/alpha';

/**
 * The texts of the create form's fields, in English; Korean comes with them.
 *
 * @public
 */
export const eksFormTranslationRef = createTranslationRef({
  id: 'plugin.eks.form',
  translations: {
    ko: () => import('./translation.ko'),
  },
  messages: {
    name: {
      label: 'Name',
      help: 'Names the repository, the image, the catalog entry and the Kubernetes objects. It cannot be changed later.',
      checking: 'Looking whether the name is free …',
      free: 'The name is free in the catalog, in the git host and in ECR.',
      unknown: 'Not everything could be asked: {{reasons}}',
      notAsked: 'Whether the name is free could not be asked: {{reason}}',
    },
    runtime: {
      label: 'Runtime',
      nodejsTitle: 'Node.js 24',
      nodejsText:
        'TypeScript and Fastify: health checks, metrics, structured logs and a graceful shutdown, with tests.',
    },
    targets: {
      label: 'Where it runs',
      environment: 'Environment',
      cluster: 'Cluster',
      namespace: 'Namespace',
      namespaceHelp:
        'Will be made with Pod Security “restricted” if it is not there.',
      loading: 'Asking AWS for the clusters …',
      failed: 'The clusters could not be listed: {{reason}}',
      none: 'There is no cluster to choose. Ask the platform team to add an account to eks.discovery.accounts (docs/configuration.md).',
      hidden:
        '{{account}}, {{region}} could not be asked, its clusters are missing here: {{reason}}',
      add: 'Add an environment',
      remove: 'Remove {{environment}}',
      usable: 'reachable',
      unusable: 'cannot be used',
      account: 'account {{account}}',
      'compute.managed-nodes': 'managed nodes',
      'compute.karpenter': 'Karpenter',
      'compute.auto-mode': 'Auto Mode',
      'compute.fargate': 'Fargate: {{selectors}}',
      'loadBalancer.auto-mode': 'load balancer built in',
      'loadBalancer.aws-load-balancer-controller':
        'AWS Load Balancer Controller',
      'loadBalancer.none': 'no load balancer controller',
      'loadBalancer.unknown': 'load balancer unknown',
      'insights.otel': 'Container Insights (OpenTelemetry)',
      'insights.classic': 'Container Insights (classic)',
      'insights.none': 'no Container Insights',
      'metrics.metrics-server': 'metrics',
      'metrics.none': 'no metrics server, the autoscaler will not act',
      'metrics.unknown': 'metrics unknown',
      required: 'Choose a cluster for {{environment}}.',
      twice: 'Environment “{{environment}}” is there twice.',
    },
    scaling: {
      label: 'How many pods',
      range: 'At least and at most',
      cpu: 'CPU target, per cent of the request',
      help: 'More pods when CPU use is above {{target}} % of its request. Three pods survive the loss of a zone.',
    },
    repository: {
      help: 'A repository of its own, made by the portal.',
    },
    review: {
      label: 'Before you create',
      checking: 'Checking …',
      failed: 'The checks could not be run: {{reason}}',
      nameFree:
        'The name {{name}} is free in the catalog, in the git host and in ECR.',
      targetFits:
        '{{cluster}} answers and can run the service in namespace {{namespace}}.',
      targetMissing: 'Cluster {{cluster}} is not among the discovered ones.',
      'count.passed': '{{number}} passed',
      'count.failed': '{{number}} to solve',
      'count.warning': '{{number}} to know',
      planLabel: 'What will be made',
      planRepository: 'Repository',
      planRegistry: 'ECR repository',
      planNamespace: 'Namespace',
      planCatalog: 'Catalog entry',
      planRepositoryDetail: 'source, Dockerfile, manifests, pipeline, docs',
      planRegistryDetail: 'immutable tags, scanned, old images expire',
      planNamespaceDetail: 'Pod Security restricted, quota',
      planCatalogDetail: 'owned by {{owner}}',
    },
    decommission: {
      label: 'Name of the service',
      help: 'This cannot be taken back. Type {{name}} to go on.',
      goes: 'What happens to {{service}}',
      looking: 'Looking what belongs to it …',
      failed: 'What would go could not be found out: {{reason}}',
      removed: 'Goes',
      archived: 'Is archived',
      left: 'Stays',
    },
  },
});
