import type { Entity } from '@backstage/catalog-model';

/**
 * The EKS clusters a component runs on: one or more ARNs, comma-separated.
 *
 * @public
 */
export const EKS_CLUSTER_ARN_ANNOTATION =
  'aws.amazon.com/amazon-eks-cluster-arn';

/**
 * The ECR repository of a component's image; the AWS ECR plugin reads it too.
 *
 * @public
 */
export const ECR_ARN_ANNOTATION = 'aws.amazon.com/amazon-ecr-arn';

/**
 * The official Kubernetes plugin's name for a component's objects.
 *
 * @public
 */
export const KUBERNETES_ID_ANNOTATION = 'backstage.io/kubernetes-id';

/**
 * The official Kubernetes plugin's namespace of a component.
 *
 * @public
 */
export const KUBERNETES_NAMESPACE_ANNOTATION =
  'backstage.io/kubernetes-namespace';

/**
 * The official Kubernetes plugin's label selector of a component.
 *
 * @public
 */
export const KUBERNETES_LABEL_SELECTOR_ANNOTATION =
  'backstage.io/kubernetes-label-selector';

/**
 * On a pod: the commit its image was built from (an OCI image annotation).
 *
 * @public
 */
export const REVISION_ANNOTATION = 'org.opencontainers.image.revision';

/**
 * The cluster ARNs of an entity's annotation, without blanks and repetitions,
 * in the order in which they are written; empty when there are none.
 *
 * @public
 */
export function clusterArnsOf(entity: Entity): string[] {
  const value = entity.metadata.annotations?.[EKS_CLUSTER_ARN_ANNOTATION] ?? '';
  const arns = value
    .split(',')
    .map(arn => arn.trim())
    .filter(arn => arn !== '');
  return [...new Set(arns)];
}

/**
 * Whether there is something to show for the entity: it names its clusters, or
 * the official Kubernetes plugin knows it.
 *
 * @public
 */
export function runsOnKubernetes(entity: Entity): boolean {
  const annotations = entity.metadata.annotations ?? {};
  return Boolean(
    annotations[EKS_CLUSTER_ARN_ANNOTATION] ||
    annotations[KUBERNETES_ID_ANNOTATION] ||
    annotations[KUBERNETES_LABEL_SELECTOR_ANNOTATION],
  );
}
