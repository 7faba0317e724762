import { kinds, type KubernetesObject, type ObjectStore } from '../kubernetes';
import { typed, type Deployment } from '../kubernetes/controllers/objects';
import type { DeliveredResource } from './types';

/** How well what was delivered is, by its Deployments as Argo CD judges them. */
export function healthOf(
  store: ObjectStore,
  resources: DeliveredResource[],
): { status: string; message?: string } {
  const deployments = resources.filter(({ kind }) => kind === 'Deployment');
  for (const { namespace, name } of deployments) {
    const found = store.get(typed.deployments, namespace, name);
    if (!found) {
      return { status: 'Missing', message: `Deployment ${name} is missing` };
    }
    const problem = problemOf(found);
    if (problem) {
      return problem;
    }
  }
  return { status: 'Healthy' };
}

function problemOf({ metadata, spec, status }: Deployment) {
  const { name, generation = 0 } = metadata;
  const waiting = (message: string) => ({ status: 'Progressing', message });
  if (
    status?.conditions?.some(
      ({ type, reason }) =>
        type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
    )
  ) {
    return {
      status: 'Degraded',
      message: `Deployment "${name}" exceeded its progress deadline`,
    };
  }
  const wanted = spec.replicas ?? 1;
  const {
    observedGeneration = 0,
    updatedReplicas = 0,
    availableReplicas = 0,
    replicas = 0,
  } = status ?? {};
  if (observedGeneration < generation) {
    return waiting(
      'Waiting for rollout to finish: observed deployment generation less than desired generation',
    );
  }
  if (
    updatedReplicas < wanted ||
    replicas > updatedReplicas ||
    availableReplicas < updatedReplicas
  ) {
    return waiting(
      `Waiting for rollout to finish: ${name}: ${availableReplicas} of ${wanted} pods available`,
    );
  }
  return undefined;
}

/** Whether an object decides how well an Application is. */
export const decidesHealth = (object: KubernetesObject) =>
  object.kind === kinds.deployments.kind;
