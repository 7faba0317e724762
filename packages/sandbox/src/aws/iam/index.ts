import { AwsError } from '../errors';
import { queryProtocol } from '../protocols/query';
import { Service } from '../service';
import { invalid } from './common';
import { oidcProviderOperations } from './oidcProviders';
import { policyOperations } from './policies';
import { rolePolicyOperations } from './rolePolicies';
import { roleOperations } from './roles';
import { simulateOperations } from './simulate';

const VERSION = '2010-05-08';

/** Identity and Access Management: one for all regions of a partition. */
export const iam: Service & { version: string } = {
  name: 'iam',
  /** What tells its requests from those of other services of this protocol. */
  version: VERSION,
  protocol: queryProtocol(`https://iam.amazonaws.com/doc/${VERSION}/`),
  operations: [
    ...roleOperations,
    ...rolePolicyOperations,
    ...policyOperations,
    ...oidcProviderOperations,
    ...simulateOperations,
  ],
  problem: invalid,
  target: input =>
    input.text('RoleName') ??
    input.text('OpenIDConnectProviderArn') ??
    input.text('PolicyArn') ??
    input.text('PolicySourceArn'),
  failure: kind =>
    kind === 'throttle'
      ? new AwsError('Throttling', 400, 'Rate exceeded')
      : new AwsError(
          'ServiceFailure',
          500,
          'The request processing has failed because of an unknown error, exception or failure.',
        ),
};
