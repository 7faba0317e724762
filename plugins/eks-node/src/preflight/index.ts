/**
 * The report on a service that shall be made: everything that would stop it,
 * found out before anything is made.
 *
 * @packageDocumentation
 */

export type { PipelineRole } from './checkPipelineRole';
export { preflightFields, type ServiceParameters } from './parameters';
export {
  Preflight,
  type PreflightOptions,
  type PreflightResult,
  type PreflightServices,
} from './Preflight';
export { Report, type Failure, type Finding } from './report';
