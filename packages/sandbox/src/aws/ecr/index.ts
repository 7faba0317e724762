import { AwsError } from '../errors';
import { jsonProtocol } from '../protocols/json';
import { Service } from '../service';
import { authorizationOperations } from './authorization';
import { invalidParameter } from './common';
import { imageOperations } from './images';
import { policyOperations } from './policies';
import { repositoryOperations } from './repositories';
import { scanOperations } from './scanOperations';
import { tagOperations } from './tags';

/** Elastic Container Registry. */
export const ecr: Service = {
  name: 'ecr',
  protocol: jsonProtocol('AmazonEC2ContainerRegistry_V20150921'),
  operations: [
    ...repositoryOperations,
    ...policyOperations,
    ...scanOperations,
    ...imageOperations,
    ...tagOperations,
    ...authorizationOperations,
  ],
  problem: invalidParameter,
  target: input =>
    input.text('repositoryName') ??
    input.texts('repositoryNames')?.join(',') ??
    input.text('resourceArn')?.replace(/^.*:repository\//, ''),
  account: input =>
    input.takes('registryId')
      ? input.text('registryId', { pattern: /^[0-9]{12}$/ })
      : undefined,
  failure: kind =>
    kind === 'throttle'
      ? new AwsError('ThrottlingException', 400, 'Rate exceeded')
      : new AwsError(
          'ServerException',
          500,
          'These errors are usually caused by a server-side issue.',
        ),
};
