import { parseClusterArn } from '@slipway/backstage-plugin-eks-common';
import { APPLICATION, placeApplication } from '../argoCd/placement';
import { callCluster } from '../resources/kubernetes/callCluster';
import { KubernetesClient } from '../resources/kubernetes/client';
import { ownershipFromMetadata } from '../resources/ownership';
import { guard } from './guard';
import { Report } from './report';
import { clusterVerbs } from './servicePermissions';
import type { TargetCheck, TargetCheckOptions } from './targetCheck';

const CHECK = 'argo-cd';

/** Name of the Application of a target, as the template writes it. */
function applicationName({ parameters, target }: TargetCheck): string {
  return parameters.targets.length === 1
    ? parameters.name
    : `${parameters.name}-${target.environment}`;
}

/**
 * Looks whether the portal can have Argo CD deliver the service. Where Argo CD
 * is not to be had, the service is made all the same and somebody has to see to
 * it: that is a warning.
 */
export async function checkArgoCd(
  check: TargetCheck,
  options: TargetCheckOptions,
): Promise<Report> {
  const { facts, parameters, target } = check;
  const report = new Report(target.environment);
  if (parameters.pipeline === 'codepipeline') {
    return report;
  }
  const question = {
    check: CHECK,
    what: `Whether Argo CD can deliver to cluster ${facts.name}`,
  } as const;
  await guard(report, question, options, async signal => {
    const { clusterArn, problem } = await placeApplication(facts, {
      clusters: options.clusters,
      settings: options.argoCd,
      allowList: options.allowList,
      signal,
    });
    if (problem) {
      report.warning(CHECK, problem);
      return;
    }
    const client = new KubernetesClient(
      await options.clusters.kubeConfig(clusterArn),
      signal,
    );
    await judgeApplication(
      { ...check, report },
      options,
      { client, clusterName: parseClusterArn(clusterArn).name },
      signal,
    );
  });
  return report;
}

async function judgeApplication(
  check: TargetCheck,
  { argoCd, entity }: TargetCheckOptions,
  { client, clusterName }: { client: KubernetesClient; clusterName: string },
  signal: AbortSignal,
): Promise<void> {
  const { field, report } = check;
  const { namespace } = argoCd;
  const { group, kind, resource, apiVersion } = APPLICATION;
  const name = applicationName(check);
  const call = { clusterName, signal };
  const missing = async (verbs: readonly string[]) => {
    const allowed = await Promise.all(
      verbs.map(verb =>
        callCluster({ ...call, action: 'ask what the portal may do' }, () =>
          client.mayI({ verb, group, resource, namespace }),
        ),
      ),
    );
    return verbs.filter((_, index) => !allowed[index]);
  };
  const [make, takeBack] = await Promise.all([
    missing(clusterVerbs.make),
    // Others of the entity are looked for by their labels.
    missing(['list', ...clusterVerbs.takeBack]),
  ]);
  const remedy = `have an operator give it the Role of docs/iam-policies/kubernetes-rbac-argocd.yaml there`;
  if (make.length > 0) {
    report.failed(CHECK, {
      field: `${field}.clusterArn`,
      message: `in namespace \`${namespace}\` of cluster ${clusterName}, the portal may not ${make.join(
        ', ',
      )} ${resource}`,
      remedy,
    });
    return;
  }
  if (takeBack.length > 0) {
    report.warning(CHECK, {
      message: `in namespace \`${namespace}\` of cluster ${clusterName}, the portal may not ${takeBack.join(
        ', ',
      )} ${resource}: the Application of a failed task, or of a service that is removed, would stay`,
      remedy,
    });
  }
  const what = `Application \`${namespace}/${name}\` in cluster ${clusterName}`;
  const found = await callCluster({ ...call, action: `read ${what}` }, () =>
    client.get(
      { name: resource, kind, namespaced: true },
      { apiVersion, name, namespace },
    ),
  );
  if (!found) {
    report.passed(CHECK, `Argo CD will deliver, by ${what}`);
    return;
  }
  const owner = ownershipFromMetadata(found.metadata, entity);
  if (owner.state !== 'ours') {
    report.failed(CHECK, {
      field: 'name',
      message: `${what} is there already and belongs to ${
        owner.state === 'other' ? owner.entity : 'nobody that the portal knows'
      }`,
      remedy: 'choose another name, or have it removed',
    });
  } else if (found.metadata.deletionTimestamp !== undefined) {
    report.failed(CHECK, {
      field: 'name',
      message: `${what} is being removed`,
      remedy: 'wait until it is gone',
    });
  } else {
    report.passed(CHECK, `${what} belongs to this service already`);
  }
}
