import type {
  AuditorService,
  BackstageCredentials,
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { InputError, NotAllowedError, toError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  eksClustersReadPermission,
  type ClustersResponse,
  type NameAvailability,
} from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import type { Request, Response, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import { summariseClusters } from './clusters/summariseClusters';
import type { NameCheck } from './names/NameCheck';

/** What the router is made of. */
export interface RouterOptions {
  auditor: AuditorService;
  clusters: EksClusters;
  httpAuth: HttpAuthService;
  names: NameCheck;
  permissions: PermissionsService;
}

const clustersQuery = z.object({
  exposure: z.enum(['public', 'internal', 'none']).optional(),
  namespace: z.string().max(253).optional(),
});

const namesQuery = z.object({
  repoUrl: z.string().max(1000).optional(),
  accountId: z
    .string()
    .regex(/^\d{12}$/, 'expected twelve digits')
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d+$/, 'expected a region such as eu-west-1')
    .optional(),
});

/**
 * `GET /clusters` and `GET /names/:name`, for users who may read clusters.
 */
export function createRouter(options: RouterOptions): Router {
  const { clusters, names } = options;
  const router = PromiseRouter();

  router.get('/clusters', (request, response) =>
    answer<ClustersResponse>(options, {
      request,
      response,
      eventId: 'cluster-fetch',
      meta: { queryType: 'list' },
      read: () => summariseClusters(clusters, parse(clustersQuery, request)),
    }),
  );

  router.get('/names/:name', (request, response) =>
    answer<NameAvailability>(options, {
      request,
      response,
      eventId: 'name-check',
      meta: { name: request.params.name.slice(0, 100) },
      read: credentials =>
        names.check(request.params.name, {
          ...parse(namesQuery, request),
          credentials,
        }),
    }),
  );

  return router;
}

/** Audits, checks the permission, reads, and answers. */
async function answer<T>(
  { auditor, httpAuth, permissions }: RouterOptions,
  call: {
    request: Request;
    response: Response;
    eventId: string;
    meta: Record<string, string>;
    read: (credentials: BackstageCredentials) => Promise<T>;
  },
): Promise<void> {
  const { request, response, eventId, meta, read } = call;
  const event = await auditor.createEvent({ eventId, request, meta });
  try {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user'],
    });
    const [decision] = await permissions.authorize(
      [{ permission: eksClustersReadPermission }],
      { credentials },
    );
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError(
        `You may not read EKS clusters; ask for the permission ${eksClustersReadPermission.name}`,
      );
    }
    response.json(await read(credentials));
    await event.success();
  } catch (error) {
    await event.fail({ error: toError(error) });
    throw error;
  }
}

function parse<T>(schema: z.ZodType<T>, request: Request): T {
  const result = schema.safeParse(request.query);
  if (!result.success) {
    throw new InputError(
      result.error.issues
        .map(({ path, message }) => `${path.join('.')}: ${message}`)
        .join('; '),
    );
  }
  return result.data;
}
