import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../types';
import type { ClusterFacts } from './controller';
import { newNode } from './nodes';

/** The RBAC that operators are told to apply is the RBAC that is there. */
const rbacFile = join(
  __dirname,
  '../../../../../docs/kubernetes/slipway-rbac.yaml',
);

/** What a cluster of its kind has from the start. */
export function seedCluster(
  cluster: ClusterFacts,
  options: {
    now: string;
    loadBalancer: 'auto-mode' | 'aws-load-balancer-controller' | 'none';
    metricsServer: boolean;
    insights: boolean;
    /** Whether the platform team has applied Slipway's RBAC. */
    accessible: boolean;
  },
): KubernetesObject[] {
  const { compute } = cluster;
  const { loadBalancer, now } = options;
  return [
    ...['default', 'kube-node-lease', 'kube-public', 'kube-system'].map(
      systemNamespace,
    ),
    ...nodes(cluster, now),
    ...(options.accessible ? readRbac() : []),
    ...(loadBalancer === 'none' ? [] : [ingressClass(loadBalancer)]),
    ...(compute.kind === 'auto-mode'
      ? [
          crd(
            'eks.amazonaws.com',
            'v1',
            'IngressClassParams',
            'ingressclassparams',
          ),
          crd('karpenter.sh', 'v1', 'NodePool', 'nodepools'),
          {
            apiVersion: 'eks.amazonaws.com/v1',
            kind: 'IngressClassParams',
            metadata: { name: 'alb' },
            spec: { scheme: 'internet-facing' },
          },
        ]
      : []),
    ...(compute.karpenter
      ? [
          crd('karpenter.sh', 'v1', 'NodePool', 'nodepools'),
          {
            apiVersion: 'karpenter.sh/v1',
            kind: 'NodePool',
            metadata: { name: 'default' },
            spec: { limits: { cpu: '64' } },
          },
          systemDeployment('karpenter', 2),
        ]
      : []),
    ...(compute.kind === 'auto-mode' ? [] : [systemDeployment('coredns', 2)]),
    ...(options.metricsServer ? [systemDeployment('metrics-server', 2)] : []),
    ...(loadBalancer === 'aws-load-balancer-controller'
      ? [systemDeployment('aws-load-balancer-controller', 2)]
      : []),
    ...(options.insights ? [systemNamespace('amazon-cloudwatch')] : []),
  ];
}

function readRbac(): KubernetesObject[] {
  return parseAllDocuments(readFileSync(rbacFile, 'utf8')).map(document =>
    document.toJS(),
  );
}

function systemNamespace(name: string): KubernetesObject {
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
  return namespace;
}

function nodes(cluster: ClusterFacts, now: string): KubernetesObject[] {
  const { kind } = cluster.compute;
  if (kind === 'fargate') {
    return [];
  }
  return ['a', 'b', 'c'].map(zone =>
    newNode(cluster, {
      seed: `seed-${zone}`,
      kind: kind === 'auto-mode' ? 'auto-mode' : 'managed',
      zone,
      instanceType: kind === 'auto-mode' ? 'c7g.large' : 'm7g.large',
      nodeGroup: 'general',
      now,
    }),
  );
}

function ingressClass(
  kind: 'auto-mode' | 'aws-load-balancer-controller',
): KubernetesObject {
  const result = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'alb' },
    spec:
      kind === 'auto-mode'
        ? {
            controller: 'eks.amazonaws.com/alb',
            parameters: {
              apiGroup: 'eks.amazonaws.com',
              kind: 'IngressClassParams',
              name: 'alb',
            },
          }
        : { controller: 'ingress.k8s.aws/alb' },
  };
  return result;
}

function crd(
  group: string,
  version: string,
  kind: string,
  plural: string,
): KubernetesObject {
  const result = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Cluster',
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object' } },
        },
      ],
    },
  };
  return result;
}

/** A controller of the cluster; small, since only its being there matters. */
function systemDeployment(name: string, replicas: number): KubernetesObject {
  const labels = { 'app.kubernetes.io/name': name };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'kube-system', labels },
    spec: {
      replicas,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
      },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name,
              image: `public.ecr.aws/eks/${name}:sandbox`,
              resources: { requests: { cpu: '50m', memory: '64Mi' } },
            },
          ],
        },
      },
    },
  };
  return deployment;
}
