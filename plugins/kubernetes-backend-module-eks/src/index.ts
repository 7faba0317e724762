/**
 * Gives the official Kubernetes backend the EKS clusters of every configured
 * account and region.
 *
 * @packageDocumentation
 */

export { kubernetesModuleEks as default } from './module';
