import type { KubernetesObject } from '@kubernetes/client-node';
import { isObject } from '../kubernetes/clusterRequest';

/** Names of a pod's containers: those that do its work first. */
export function containerNames(pod: KubernetesObject): string[] {
  const spec = 'spec' in pod && isObject(pod.spec) ? pod.spec : {};
  return ['containers', 'initContainers', 'ephemeralContainers'].flatMap(
    field => {
      const containers = spec[field];
      return (Array.isArray(containers) ? containers : []).flatMap(container =>
        isObject(container) && typeof container.name === 'string'
          ? [container.name]
          : [],
      );
    },
  );
}
