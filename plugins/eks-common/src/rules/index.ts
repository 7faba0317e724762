export { validateDescription } from './description';
export {
  validateEnvironment,
  validateHostname,
  validateNamespace,
  validateServiceName,
} from './names';
export {
  pipelineHosts,
  validatePipelineHost,
  type GitHostKind,
} from './pipelines';
export { validateScaling, type Scaling } from './scaling';
export {
  detectCompute,
  explainTargetProblems,
  findTargetProblems,
  ingressClassFor,
  matchingFargateProfile,
  type Compute,
  type ComputeChoice,
  type Exposure,
  type TargetProblem,
} from './targets';
