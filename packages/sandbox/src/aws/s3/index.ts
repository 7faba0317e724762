import { AwsError } from '../errors';
import { Service } from '../service';
import { operations } from './operations';
import { s3Protocol } from './protocol';

/** Simple Storage Service. */
export const s3: Service = {
  name: 's3',
  protocol: s3Protocol,
  operations,
  problem: (field, constraint) =>
    new AwsError('InvalidArgument', 400, `${field}: ${constraint}`),
  target: input =>
    [input.text('Bucket'), input.text('Key')].filter(Boolean).join('/'),
  failure: kind =>
    kind === 'throttle'
      ? new AwsError('SlowDown', 503, 'Please reduce your request rate.')
      : new AwsError(
          'InternalError',
          500,
          'We encountered an internal error. Please try again.',
        ),
};
