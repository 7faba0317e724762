import { callCluster } from '../resources/kubernetes/callCluster';
import type {
  KubernetesClient,
  KubernetesObject,
} from '../resources/kubernetes/client';
import { ownershipFromMetadata } from '../resources/ownership';
import { checkQuota } from './checkQuota';
import {
  openCluster,
  type TargetCheck,
  type TargetCheckOptions,
} from './targetCheck';
import { guard } from './guard';

const CHECK = 'namespace';
const POD_SECURITY = 'pod-security.kubernetes.io/enforce';

/** A namespace that is there, and a client that may look into it. */
export interface NamespaceCheck extends TargetCheck {
  client: KubernetesClient;
  signal: AbortSignal;
  /** `namespace orders in cluster prod-eu` */
  what: string;
}

/**
 * Looks whether the namespace is free, or the service's own, and if it is
 * there, whether the service can live in it.
 */
export async function checkNamespace(
  check: TargetCheck,
  options: TargetCheckOptions,
): Promise<void> {
  const { facts, field, report, target } = check;
  const { namespace } = target;
  const what = `namespace \`${namespace}\` in cluster ${facts.name}`;
  const refused = options.allowList.explainNamespace(namespace);
  if (refused) {
    report.failed(CHECK, { field: `${field}.namespace`, message: refused });
    return;
  }
  const question = { check: CHECK, what: `Whether ${what} is free` } as const;
  await guard(report, question, options, async signal => {
    const client = await openCluster(check, options, signal);
    const found = await callCluster(
      {
        clusterName: facts.name,
        action: `read namespace \`${namespace}\``,
        signal,
      },
      () =>
        client.get(
          { name: 'namespaces', kind: 'Namespace', namespaced: false },
          { apiVersion: 'v1', name: namespace },
        ),
    );
    if (!found) {
      report.passed(
        CHECK,
        `${upperFirst(what)} will be made, with Pod Security \`restricted\``,
      );
      return;
    }
    const inside = { ...check, client, signal, what };
    if (judgeNamespace(inside, found, options)) {
      checkPodSecurity(inside, found);
      await checkWorkloads(inside, options);
      await checkQuota(inside);
    }
  });
}

/** Whether the service may live in a namespace that is there. */
function judgeNamespace(
  { field, report, target, what }: NamespaceCheck,
  found: KubernetesObject,
  { allowList, entity }: TargetCheckOptions,
): boolean {
  const failed = (message: string, remedy: string) => {
    report.failed(CHECK, { field: `${field}.namespace`, message, remedy });
    return false;
  };
  const owner = ownershipFromMetadata(found.metadata, entity);
  if (owner.state === 'other') {
    return failed(`${what} belongs to ${owner.entity}`, 'choose another');
  }
  if (found.metadata.deletionTimestamp !== undefined) {
    return failed(
      `${what} is being removed`,
      'wait until it is gone, or choose another',
    );
  }
  if (owner.state === 'ours') {
    report.passed(CHECK, `${upperFirst(what)} belongs to this service already`);
    return true;
  }
  if (!allowList.namesNamespace(target.namespace)) {
    return failed(
      `${what} exists already and belongs to nobody`,
      'choose another, or have an operator add it to eks.apply.allowedNamespaces',
    );
  }
  report.warning(CHECK, {
    message: `${upperFirst(what)} exists and belongs to nobody: it will be this service's`,
    remedy: 'choose another if others use it',
  });
  return true;
}

/** The template holds the namespace to `restricted`, whatever it was. */
function checkPodSecurity(
  { report, what }: NamespaceCheck,
  found: KubernetesObject,
) {
  const level = found.metadata.labels?.[POD_SECURITY] ?? 'privileged';
  if (level === 'restricted') {
    report.passed('pod-security', `${upperFirst(what)} is \`restricted\``);
  } else {
    report.warning('pod-security', {
      message: `Pod Security of ${what} is \`${level}\` and will be \`restricted\`: other pods there that need more will not start again`,
      remedy: 'choose another namespace if there are such pods',
    });
  }
}

/** What the pipeline applies under the service's name, which others may have. */
const workloads = [
  { apiVersion: 'apps/v1', kind: 'Deployment', name: 'deployments' },
  { apiVersion: 'v1', kind: 'Service', name: 'services' },
];

async function checkWorkloads(
  check: NamespaceCheck,
  { entity }: TargetCheckOptions,
) {
  const { client, facts, field, parameters, report, signal, target } = check;
  const { name } = parameters;
  const taken: string[] = [];
  for (const { apiVersion, kind, name: plural } of workloads) {
    const found = await callCluster(
      { clusterName: facts.name, action: `read ${kind} \`${name}\``, signal },
      () =>
        client.get(
          { name: plural, kind, namespaced: true },
          { apiVersion, name, namespace: target.namespace },
        ),
    );
    if (found && !isServices(found, name, entity)) {
      taken.push(`${kind} \`${name}\``);
    }
  }
  if (taken.length > 0) {
    report.failed('workloads', {
      field: `${field}.namespace`,
      message: `${check.what} has ${taken.join(' and ')} of somebody else already`,
      remedy: 'choose another namespace',
    });
  } else {
    report.passed(
      'workloads',
      `Nothing of others in ${check.what} is called \`${name}\``,
    );
  }
}

/** Pipelines do not sign what they apply, but the manifests name the service. */
function isServices(
  { metadata }: KubernetesObject,
  name: string,
  entity: string,
): boolean {
  return (
    ownershipFromMetadata(metadata, entity).state === 'ours' ||
    metadata.labels?.['backstage.io/kubernetes-id'] === name
  );
}

function upperFirst(text: string): string {
  return text.charAt(0).toLocaleUpperCase('en-US') + text.slice(1);
}
