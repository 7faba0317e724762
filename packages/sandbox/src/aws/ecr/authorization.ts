import { randomBytes } from 'node:crypto';
import { Operation } from '../service';

const TWELVE_HOURS_MS = 12 * 60 * 60 * 1000;

export const authorizationOperations: Operation[] = [
  {
    name: 'GetAuthorizationToken',
    resource: () => '*',
    run: ({ accountId, region, world }) => ({
      authorizationData: [
        {
          authorizationToken: Buffer.from(
            `AWS:${randomBytes(48).toString('base64')}`,
          ).toString('base64'),
          expiresAt: (world.now() + TWELVE_HOURS_MS) / 1000,
          proxyEndpoint: `https://${accountId}.dkr.ecr.${region}.amazonaws.com`,
        },
      ],
    }),
  },
];
