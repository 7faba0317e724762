import { AwsError } from '../errors';
import { restProtocol } from '../protocols/rest';
import { Service } from '../service';
import { accessOperations } from './access';
import { addonOperations } from './addons';
import { clusterOperations } from './clusters';
import { invalidParameter } from './common';
import { fargateOperations } from './fargate';
import { nodegroupOperations } from './nodegroups';
import { podIdentityOperations } from './podIdentity';
import { tagOperations } from './tags';
import { versionOperations } from './versions';

/** Elastic Kubernetes Service. */
export const eks: Service = {
  name: 'eks',
  protocol: restProtocol,
  operations: [
    ...clusterOperations,
    ...nodegroupOperations,
    ...fargateOperations,
    ...addonOperations,
    ...accessOperations,
    ...podIdentityOperations,
    ...versionOperations,
    ...tagOperations,
  ],
  problem: invalidParameter,
  target(input, { accountId, region }) {
    const name = input.text('clusterName') ?? input.text('name');
    return name === undefined
      ? input.text('resourceArn')
      : `arn:aws:eks:${region}:${accountId}:cluster/${name}`;
  },
  failure: kind =>
    kind === 'throttle'
      ? new AwsError('ThrottlingException', 429, 'Rate exceeded')
      : new AwsError(
          'ServerException',
          500,
          'These errors are usually caused by a server-side issue.',
        ),
};
