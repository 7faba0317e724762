/**
 * Answers what the EKS pages and forms ask about clusters and names.
 *
 * @packageDocumentation
 */

export { eksPlugin as default } from './plugin';
