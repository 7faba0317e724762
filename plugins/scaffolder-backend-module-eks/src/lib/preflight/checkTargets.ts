import {
  detectCompute,
  explainTargetProblems,
} from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import { isError } from '@backstage/errors';
import type { AllowList } from '../kubernetes/allowList';
import { callCluster } from '../kubernetes/callCluster';
import { KubernetesClient } from '../kubernetes/client';
import { ownershipFromMetadata } from '../ownership';
import type { ServiceParameters, Target } from './checkParameters';
import { Report } from './report';

/** What is needed to look at the clusters. */
export interface TargetCheckOptions {
  clusters: EksClusters;
  allowList: AllowList;
  /** Full reference of the service's entity. */
  entity: string;
  signal?: AbortSignal;
}

/** Looks at every cluster that the service shall run on, side by side. */
export async function checkTargets(
  parameters: ServiceParameters,
  options: TargetCheckOptions,
  report: Report,
): Promise<void> {
  const reports = await Promise.all(
    parameters.targets.map(async (target, index) => {
      const own = new Report();
      await checkTarget(target, `targets[${index}]`, parameters, options, own);
      return own;
    }),
  );
  for (const own of reports) {
    report.lines.push(...own.lines);
    report.problems.push(...own.problems);
  }
}

async function checkTarget(
  target: Target,
  field: string,
  parameters: ServiceParameters,
  options: TargetCheckOptions,
  report: Report,
): Promise<void> {
  const { clusters, signal } = options;
  const check = `cluster of ${target.environment}`;
  let facts;
  try {
    facts = await clusters.describe(target.clusterArn, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    report.failed(check, {
      field: `${field}.clusterArn`,
      message: isError(error) ? error.message : String(error),
    });
    return;
  }
  report.judge(
    check,
    explainTargetProblems(facts, {
      namespace: target.namespace,
      exposure: parameters.exposure,
    }).map(message => ({ field: `${field}.clusterArn`, message })),
    `Cluster ${facts.name} (Kubernetes ${facts.version}) answers and can take the service`,
  );
  if (!facts.reachable) {
    return;
  }
  const compute = detectCompute(facts, { namespace: target.namespace });
  if (parameters.compute !== 'auto-detect' && parameters.compute !== compute) {
    report.failed(check, {
      field: 'compute',
      message: `cluster ${facts.name} runs pods of namespace \`${target.namespace}\` on ${compute}, not on ${parameters.compute}; choose \`auto-detect\``,
    });
  }
  if (facts.metrics === 'none') {
    report.warning(
      check,
      `Cluster ${facts.name} has no metrics-server: the autoscaler will not know the load and will not scale; ask the platform team for the add-on`,
    );
  }
  await checkNamespace(target, field, facts.name, options, report);
}

async function checkNamespace(
  target: Target,
  field: string,
  clusterName: string,
  options: TargetCheckOptions,
  report: Report,
): Promise<void> {
  const { clusters, allowList, entity, signal } = options;
  const { namespace } = target;
  const check = `namespace of ${target.environment}`;
  const what = `Namespace ${namespace} in cluster ${clusterName}`;
  const refused = allowList.explainNamespace(namespace);
  if (refused) {
    report.failed(check, { field: `${field}.namespace`, message: refused });
    return;
  }
  let found;
  try {
    const client = new KubernetesClient(
      await clusters.kubeConfig(target.clusterArn),
      signal,
    );
    found = await callCluster(
      { clusterName, action: `read namespace \`${namespace}\``, signal },
      () =>
        client.get(
          { name: 'namespaces', kind: 'Namespace', namespaced: false },
          { apiVersion: 'v1', name: namespace },
        ),
    );
  } catch (error) {
    signal?.throwIfAborted();
    report.warning(
      check,
      `Whether ${namespace} is free there is not known: ${
        isError(error) ? error.message : String(error)
      }`,
    );
    return;
  }
  if (!found) {
    report.passed(check, `${what} will be made`);
    return;
  }
  const owner = ownershipFromMetadata(found.metadata, entity);
  switch (owner.state) {
    case 'ours':
      report.passed(check, `${what} belongs to this service already`);
      break;
    case 'other':
      report.failed(check, {
        field: `${field}.namespace`,
        message: `namespace \`${namespace}\` in cluster ${clusterName} belongs to ${owner.entity}; choose another`,
      });
      break;
    default:
      if (allowList.namesNamespace(namespace)) {
        report.warning(
          check,
          `${what} exists and belongs to nobody; it will be shared`,
        );
      } else {
        report.failed(check, {
          field: `${field}.namespace`,
          message: `namespace \`${namespace}\` in cluster ${clusterName} exists already and belongs to nobody; choose another, or have an operator add it to eks.apply.allowedNamespaces`,
        });
      }
  }
}
