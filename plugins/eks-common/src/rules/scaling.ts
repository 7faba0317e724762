/**
 * How far the autoscaler may go.
 *
 * @public
 */
export interface Scaling {
  minReplicas: number;
  maxReplicas: number;
  /** Per cent of the CPU request. */
  targetCpuUtilization: number;
}

const MAX_REPLICAS = 500;

/**
 * What is wrong with the autoscaler's bounds.
 *
 * @returns a sentence that starts with the field's name, or undefined.
 * @public
 */
export function validateScaling(scaling: Scaling): string | undefined {
  const { minReplicas, maxReplicas, targetCpuUtilization } = scaling;
  if (!Number.isInteger(minReplicas) || minReplicas < 1) {
    return 'scaling.minReplicas: use a whole number from 1 on.';
  }
  if (!Number.isInteger(maxReplicas) || maxReplicas > MAX_REPLICAS) {
    return `scaling.maxReplicas: use a whole number up to ${MAX_REPLICAS}.`;
  }
  if (minReplicas > maxReplicas) {
    return `scaling.minReplicas: ${minReplicas} is above scaling.maxReplicas, ${maxReplicas}.`;
  }
  if (
    !Number.isInteger(targetCpuUtilization) ||
    targetCpuUtilization < 10 ||
    targetCpuUtilization > 95
  ) {
    return 'scaling.targetCpuUtilization: use a whole number of per cent from 10 to 95.';
  }
  return undefined;
}
