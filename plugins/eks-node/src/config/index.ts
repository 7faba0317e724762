export { readEksConfig, type EksConfig, type EksPlace } from './readEksConfig';
export { readAwsAccountRole, type AwsAccountRole } from './readAwsAccountRole';
