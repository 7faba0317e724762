import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** `eks.runtime.actions` of the configuration. */
export interface ActionSettings {
  enabled: boolean;
  /**
   * Patterns of namespaces whose workloads may be changed; those that belong to
   * the entity if there are none.
   */
  allowedNamespaces?: string[];
  /** Between these a workload without an autoscaler may be scaled. */
  minReplicas: number;
  maxReplicas: number;
}

const KEY = 'eks.runtime.actions';
const DEFAULT_MINIMUM = 1;
const DEFAULT_MAXIMUM = 10;

/** @throws InputError that names the key of a value that cannot be used */
export function readActionSettings(config: Config): ActionSettings {
  const section = config.getOptionalConfig(KEY);
  const allowedNamespaces =
    section?.getOptionalStringArray('allowedNamespaces');
  const minReplicas = section?.getOptionalNumber('minReplicas');
  const maxReplicas = section?.getOptionalNumber('maxReplicas');
  const settings: ActionSettings = {
    enabled: section?.getOptionalBoolean('enabled') ?? false,
    minReplicas: minReplicas ?? DEFAULT_MINIMUM,
    maxReplicas: maxReplicas ?? DEFAULT_MAXIMUM,
    ...(allowedNamespaces && { allowedNamespaces }),
  };
  if (!Number.isInteger(settings.minReplicas) || settings.minReplicas < 0) {
    throw new InputError(`${KEY}.minReplicas: expected a number from 0 on`);
  }
  if (
    !Number.isInteger(settings.maxReplicas) ||
    settings.maxReplicas < settings.minReplicas
  ) {
    throw new InputError(
      `${KEY}.maxReplicas: expected a number that is not below minReplicas, ${settings.minReplicas}`,
    );
  }
  return settings;
}
