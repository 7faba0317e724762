import type { KubernetesObject } from '@kubernetes/client-node';
import { isObject } from '../kubernetes/clusterRequest';

const fieldsOf = (value: unknown): Record<string, unknown> =>
  isObject(value) ? value : {};

/**
 * What the model of an entity is made of: most of a pod is how it came to be,
 * and is not looked at with every change of 5,000 pods. What `toPod` of the
 * model reads has to be here.
 */
export function partOfPod(pod: KubernetesObject): KubernetesObject {
  const { spec, ...rest }: KubernetesObject & { spec?: unknown } = pod;
  const { nodeName, containers } = fieldsOf(spec);
  return {
    ...rest,
    ...(isObject(spec) && {
      spec: {
        nodeName,
        ...(Array.isArray(containers) && {
          containers: containers.map(container => {
            const { name, image, resources } = fieldsOf(container);
            return { name, image, resources };
          }),
        }),
      },
    }),
  };
}
