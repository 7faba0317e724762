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
  detectRouting,
  explainTargetProblems,
  findTargetProblems,
  gatewayClassFor,
  ingressClassFor,
  matchingFargateProfile,
  type Compute,
  type ComputeChoice,
  type Exposure,
  type Routing,
  type RoutingChoice,
  type TargetProblem,
} from './targets';
