import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { readClusterArn } from '../resources/clusterTarget';

/**
 * How an Application names the cluster that it delivers to.
 *
 * @public
 */
export type ArgoCdDestination = { server: string } | { name: string };

/**
 * Where Argo CD is, and how it knows the clusters.
 *
 * @public
 */
export interface ArgoCdSettings {
  /** Namespace of its Applications. */
  namespace: string;
  /** Project that services are in. */
  project: string;
  /** The one Argo CD of several clusters; without it, each has its own. */
  central?: {
    clusterArn: string;
    destinations: { clusterArn: string; destination: ArgoCdDestination }[];
  };
}

/**
 * Argo CD's name of the cluster that it runs in.
 *
 * @public
 */
export const IN_CLUSTER = 'https://kubernetes.default.svc';

/** A DNS label, which namespaces are. */
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** What Argo CD takes as the name of a project, and we put into YAML. */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * Reads `eks.argoCd`.
 *
 * @throws InputError that names the key and what it should be
 * @public
 */
export function readArgoCdSettings(config: Config): ArgoCdSettings {
  const argoCd = config.getOptionalConfig('eks.argoCd');
  const namespace = argoCd?.getOptionalString('namespace') ?? 'argocd';
  if (!LABEL.test(namespace)) {
    throw new InputError(
      `eks.argoCd.namespace: \`${namespace}\` is no name of a namespace`,
    );
  }
  const project = argoCd?.getOptionalString('project') ?? 'default';
  if (!NAME.test(project)) {
    throw new InputError(
      `eks.argoCd.project: \`${project}\` is no name of a project of Argo CD`,
    );
  }
  const central = argoCd?.getOptionalConfig('central');
  return {
    namespace,
    project,
    ...(central && { central: readCentral(central, config) }),
  };
}

function readCentral(
  central: Config,
  config: Config,
): NonNullable<ArgoCdSettings['central']> {
  const clusterArn = central.getString('clusterArn');
  checkArn('eks.argoCd.central.clusterArn', clusterArn, config);
  const destinations = central.getOptionalConfigArray('destinations') ?? [];
  return {
    clusterArn,
    destinations: destinations.map((item, index) => {
      const key = `eks.argoCd.central.destinations[${index}]`;
      const arn = item.getString('clusterArn');
      checkArn(`${key}.clusterArn`, arn, config);
      return { clusterArn: arn, destination: readDestination(key, item) };
    }),
  };
}

function checkArn(key: string, arn: string, config: Config) {
  const { problem } = readClusterArn(arn, config);
  if (problem !== undefined) {
    throw new InputError(`${key}: ${problem}`);
  }
}

function readDestination(key: string, item: Config): ArgoCdDestination {
  const server = item.getOptionalString('server');
  const name = item.getOptionalString('name');
  if (server !== undefined && name === undefined) {
    return { server };
  }
  if (name !== undefined && server === undefined) {
    return { name };
  }
  throw new InputError(
    `${key}: give either \`server\` or \`name\`, as Argo CD knows the cluster, and not both`,
  );
}
