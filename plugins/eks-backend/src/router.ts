import type {
  AuditorService,
  BackstageCredentials,
  HttpAuthService,
  LoggerService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { InputError, toError } from '@backstage/errors';
import type { BasicPermission } from '@backstage/plugin-permission-common';
import {
  eksClustersReadPermission,
  eksPreflightReadPermission,
  type ClustersResponse,
  type NameAvailability,
  type PreflightResponse,
} from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import {
  parseServiceParameters,
  type Preflight,
} from '@slipway/backstage-plugin-eks-node/preflight';
import express, { type Request, type Response, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import { summariseClusters } from './clusters/summariseClusters';
import type { NameCheck } from './names/NameCheck';
import { requirePermission } from './requirePermission';

/** What the router is made of. */
export interface RouterOptions {
  auditor: AuditorService;
  clusters: EksClusters;
  httpAuth: HttpAuthService;
  logger: LoggerService;
  names: NameCheck;
  permissions: PermissionsService;
  preflight: Preflight;
}

/** How long the report may take: a form waits for it. */
const PREFLIGHT_TIMEOUT_MS = 15_000;

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
 * `GET /clusters` and `GET /names/:name`, for users who may read clusters, and
 * `POST /preflight`, for those who may read that.
 */
export function createRouter(options: RouterOptions): Router {
  const { clusters, logger, names, preflight } = options;
  const router = PromiseRouter();

  router.get('/clusters', (request, response) =>
    answer<ClustersResponse>(options, {
      request,
      response,
      eventId: 'cluster-fetch',
      permission: eksClustersReadPermission,
      meta: { queryType: 'list' },
      read: () => summariseClusters(clusters, parse(clustersQuery, request)),
    }),
  );

  router.get('/names/:name', (request, response) =>
    answer<NameAvailability>(options, {
      request,
      response,
      eventId: 'name-check',
      permission: eksClustersReadPermission,
      meta: { name: request.params.name.slice(0, 100) },
      read: credentials =>
        names.check(request.params.name, {
          ...parse(namesQuery, request),
          credentials,
        }),
    }),
  );

  router.post(
    '/preflight',
    express.json({ limit: '64kb' }),
    (request, response) =>
      answer<PreflightResponse>(options, {
        request,
        response,
        eventId: 'service-preflight',
        permission: eksPreflightReadPermission,
        meta: {},
        async read(credentials, signal) {
          const { report } = await preflight.check(
            parseServiceParameters(request.body),
            { credentials, logger, signal, timeoutMs: PREFLIGHT_TIMEOUT_MS },
          );
          return { report: report.lines };
        },
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
    permission: BasicPermission;
    meta: Record<string, string>;
    /** The signal fires when nobody waits for the answer any more. */
    read: (
      credentials: BackstageCredentials,
      signal: AbortSignal,
    ) => Promise<T>;
  },
): Promise<void> {
  const { request, response, eventId, permission, meta, read } = call;
  const event = await auditor.createEvent({ eventId, request, meta });
  try {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user'],
    });
    await requirePermission(permissions, permission, credentials);
    response.json(await read(credentials, untilClosed(response)));
    await event.success();
  } catch (error) {
    await event.fail({ error: toError(error) });
    throw error;
  }
}

function untilClosed(response: Response): AbortSignal {
  const controller = new AbortController();
  response.on('close', () => controller.abort());
  return controller.signal;
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
