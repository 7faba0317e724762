import type {
  ScaleResponse,
  WorkloadTarget,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { isObject } from '../kubernetes/clusterRequest';
import type { RuntimeView } from '../view/RuntimeView';

/** The autoscaler that decides how many pods a workload has. */
export function autoscalerOf(
  view: RuntimeView,
  { cluster, namespace, kind, name }: WorkloadTarget,
): ScaleResponse['autoscaler'] {
  const autoscalers =
    view.cluster(cluster)?.objects('horizontalpodautoscalers') ?? [];
  for (const autoscaler of autoscalers) {
    const spec =
      'spec' in autoscaler && isObject(autoscaler.spec) ? autoscaler.spec : {};
    const target = isObject(spec.scaleTargetRef) ? spec.scaleTargetRef : {};
    if (
      autoscaler.metadata?.namespace === namespace &&
      target.kind === kind &&
      target.name === name
    ) {
      return {
        name: autoscaler.metadata.name ?? '',
        min: typeof spec.minReplicas === 'number' ? spec.minReplicas : 1,
        max: typeof spec.maxReplicas === 'number' ? spec.maxReplicas : 1,
      };
    }
  }
  return undefined;
}
