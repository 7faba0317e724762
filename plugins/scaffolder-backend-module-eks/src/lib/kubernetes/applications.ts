import { validateNamespace } from '@slipway/backstage-plugin-eks-common';
import {
  type AllowList,
  type ArgoCdSettings,
  IN_CLUSTER,
  type KubernetesObject,
} from '@slipway/backstage-plugin-eks-node/resources';
import { isObject } from '../jsonObject';

/** Where an Application of Argo CD delivers to. */
export interface DeliveryPlace {
  clusterArn: string;
  namespace: string;
}

/** Whether an object has Argo CD deliver something. */
export function isApplication({ apiVersion, kind }: KubernetesObject): boolean {
  return kind === 'Application' && apiVersion.startsWith('argoproj.io/');
}

/**
 * Where an Application delivers to; undefined where that is no cluster that
 * the portal knows.
 *
 * @param clusterArn - cluster that the Application goes to
 */
export function deliveryPlaceOf(
  application: KubernetesObject,
  settings: ArgoCdSettings,
  clusterArn: string,
): DeliveryPlace | undefined {
  const destination = fieldOf(fieldOf(application, 'spec'), 'destination');
  const namespace = textOf(destination, 'namespace');
  const server = textOf(destination, 'server');
  const name = textOf(destination, 'name');
  if (
    namespace === undefined ||
    (server === undefined) === (name === undefined)
  ) {
    return undefined;
  }
  if (server === IN_CLUSTER || name === 'in-cluster') {
    return { clusterArn, namespace };
  }
  const known = settings.central?.destinations.find(item =>
    'server' in item.destination
      ? item.destination.server === server
      : item.destination.name === name,
  );
  return known && { clusterArn: known.clusterArn, namespace };
}

/**
 * Why an Application may not be applied: through Argo CD, which may do
 * everything, a template must reach no further than by itself.
 */
export function explainApplication(
  application: KubernetesObject,
  options: {
    namespace: string | undefined;
    clusterArn: string;
    settings: ArgoCdSettings;
    allowList: AllowList;
  },
): string[] {
  const { settings, allowList } = options;
  const problems: string[] = [];
  if (options.namespace !== settings.namespace) {
    problems.push(
      `Applications of Argo CD go to namespace \`${settings.namespace}\`; operators name another in eks.argoCd.namespace`,
    );
  }
  const project = textOf(fieldOf(application, 'spec'), 'project');
  if (project !== settings.project) {
    problems.push(
      `Applications of templates are in the project \`${settings.project}\`; operators name another in eks.argoCd.project`,
    );
  }
  if (fieldOf(fieldOf(application, 'spec'), 'sources') !== undefined) {
    problems.push(
      'an Application of a template has one `source`, no `sources`',
    );
  }
  const place = deliveryPlaceOf(application, settings, options.clusterArn);
  if (!place) {
    problems.push(
      `its \`destination\` has to be a namespace of the cluster that Argo CD runs in (\`server: ${IN_CLUSTER}\`), or of one in eks.argoCd.central.destinations`,
    );
  } else {
    const wrong =
      validateNamespace(place.namespace) ??
      allowList.explainNamespace(place.namespace);
    if (wrong !== undefined) {
      problems.push(`its \`destination\`: ${wrong}`);
    }
  }
  return problems;
}

function fieldOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  const found = fieldOf(value, name);
  return typeof found === 'string' ? found : undefined;
}
