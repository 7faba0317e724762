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
      pythonTitle: 'Python 3.14',
      pythonText:
        'FastAPI and uvicorn with uv, ruff and mypy: health checks, metrics, structured logs and a graceful shutdown, with tests.',
      javaTitle: 'Java 25',
      javaText:
        'A web service built with Maven: health checks, metrics, structured logs and a graceful shutdown, with tests.',
      goTitle: 'Go 1.26',
      goText:
        "The standard library's HTTP server: health checks, metrics, structured logs and a graceful shutdown, with tests.",
      staticTitle: 'Web front end',
      staticText:
        'TypeScript and Vite, served by Caddy: caching, compression, security headers, health checks and metrics, with tests.',
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
      again: 'Check again',
      blocked:
        'The task would fail on what is to be solved. Go back and change it, or have it changed.',
      more: 'Show {{number}} more',
      'status.passed': 'Passed:',
      'status.warning': 'To know:',
      'status.failed': 'To solve:',
      'count.passed': '{{number}} passed',
      'count.failed': '{{number}} to solve',
      'count.warning': '{{number}} to know',
      planLabel: 'What will be made',
      planRepository: 'Repository',
      planRegistry: 'ECR repository',
      planRole: 'IAM role',
      planNamespace: 'Namespace',
      planCatalog: 'Catalog entry',
      planRepositoryDetail: 'source, Dockerfile, manifests, pipeline, docs',
      planRegistryDetail: 'immutable tags, scanned, old images expire',
      planRoleDetail: 'for the pipeline of this repository alone',
      planNamespaceDetail: 'Pod Security restricted, quota',
      planCatalogDetail: 'owned by {{owner}}',
    },
    check: {
      name: 'Name',
      description: 'Description',
      owner: 'Owner',
      system: 'System',
      scaling: 'How many pods',
      hostname: 'Host name',
      targets: 'Where it runs',
      catalog: 'Catalog',
      'git-repository': 'Repository',
      'image-repository': 'ECR repository',
      'pipeline-role': 'Role of the pipeline',
      'aws-permissions': 'Permissions in AWS',
      cluster: 'Cluster',
      compute: 'What pods run on',
      'load-balancer': 'Load balancer',
      metrics: 'Metrics',
      'cluster-permissions': 'Permissions in the cluster',
      namespace: 'Namespace',
      'pod-security': 'Pod Security',
      workloads: 'Workloads in the namespace',
      quota: 'Quota',
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
