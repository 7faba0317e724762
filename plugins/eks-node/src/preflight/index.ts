/**
 * What is known before a service is made: what its clusters can do, and
 * everything that would stop it.
 *
 * @packageDocumentation
 */

export * from '../describe';
export type { PipelineRole } from './checkPipelineRole';
export {
  type FieldDeclarations,
  objectOf,
  parseServiceParameters,
  preflightFields,
  serviceFields,
  type ServiceParameters,
} from './parameters';
export {
  Preflight,
  type PreflightOptions,
  type PreflightResult,
  type PreflightServices,
} from './Preflight';
export { Report, type Failure, type Finding } from './report';
