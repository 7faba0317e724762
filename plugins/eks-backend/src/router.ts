import type {
  AuditorService,
  BackstageCredentials,
  HttpAuthService,
  LoggerService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
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
import { audited } from './audited';
import { parse } from './parse';
import { requirePermission } from './requirePermission';
import { untilClosed } from './untilClosed';

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
  routing: z.enum(['auto-detect', 'ingress', 'gateway']).optional(),
  compute: z.enum(['auto-detect', 'nodes', 'fargate', 'auto-mode']).optional(),
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
      read: () =>
        summariseClusters(clusters, parse(clustersQuery, request.query)),
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
          ...parse(namesQuery, request.query),
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
function answer<T>(
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
  return audited(auditor, { eventId, request, meta }, async () => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user'],
    });
    await requirePermission(permissions, permission, credentials);
    response.json(await read(credentials, untilClosed(response)));
  });
}
