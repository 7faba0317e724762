import type {
  AuditorService,
  BackstageCredentials,
  HttpAuthService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import type {
  Ability,
  RuntimesItem,
  RuntimesResponse,
} from '@slipway/backstage-plugin-eks-common/runtime';
import express, { type Request, type Response, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { audited } from '../audited';
import { parse } from '../parse';
import { untilClosed } from '../untilClosed';
import type { Changes } from './changes/Changes';
import { entityRefOf, parseFullEntityRef } from './entityRefOf';
import { findPod } from './kubernetes/members';
import { chooseContainer, openLogs } from './pods/logs';
import { readPod } from './pods/readPod';
import { sendLogs } from './pods/sendLogs';
import { responseParts } from './responseParts';
import type { Access, RuntimeAccess } from './RuntimeAccess';
import {
  logsQuery,
  podQuery,
  runtimesBody,
  scaleBody,
  workloadBody,
} from './schemas';
import { EventChannel } from './stream/EventChannel';
import { RuntimeStream } from './stream/RuntimeStream';
import type { RuntimeView } from './view/RuntimeView';
import type { RuntimeViews } from './view/RuntimeViews';

/** What the routes are made of. */
export interface RuntimeRouterOptions {
  access: RuntimeAccess;
  auditor: AuditorService;
  changes: Changes;
  httpAuth: HttpAuthService;
  logger: LoggerService;
  /** Fires when the backend stops. */
  shutdown: AbortSignal;
  views: RuntimeViews;
}

const ENTITY = '/runtime/:kind/:namespace/:name';

/** A timer cannot wait for longer. */
const MAXIMUM_TIMER_MS = 2 ** 31 - 1;

/** What entities have running. */
export function createRuntimeRouter(options: RuntimeRouterOptions): Router {
  const { access, auditor, changes, httpAuth } = options;
  const router = PromiseRouter();
  const userOf = (request: Request) =>
    httpAuth.credentials(request, { allow: ['user'] });

  router.get(ENTITY, async (request, response) => {
    const entityRef = entityRefOf(request.params);
    const streams =
      request.accepts(['application/json', 'text/event-stream']) ===
      'text/event-stream';
    // It depends on who asks and on what they accept, and changes all the time.
    response.set({
      'cache-control': 'private, no-cache',
      vary: 'accept, authorization',
    });
    const queryType = streams ? 'stream' : 'snapshot';
    const stream = await audited(
      auditor,
      { eventId: 'runtime-fetch', request, meta: { entityRef, queryType } },
      async () => {
        const credentials = await userOf(request);
        const looked = await access.look(entityRef, credentials);
        if (streams) {
          return openStream(options, {
            entityRef,
            credentials,
            looked,
            request,
            response,
          });
        }
        await options.views.use(looked.entity, async view => {
          const snapshot = await view.snapshot({
            signal: untilClosed(response),
          });
          const parts = responseParts(snapshot, looked.abilities);
          response.type('json').send(parts.join(''));
        });
        return undefined;
      },
    );
    await stream?.run();
  });

  router.get(`${ENTITY}/pod`, async (request, response) => {
    const entityRef = entityRefOf(request.params);
    const wanted = parse(podQuery, request.query);
    await audited(
      auditor,
      { eventId: 'pod-fetch', request, meta: { entityRef, ...wanted } },
      async () => {
        const credentials = await userOf(request);
        const looked = await access.look(entityRef, credentials);
        await options.views.use(looked.entity, async view => {
          const signal = untilClosed(response);
          const member = await findPod(view, wanted, signal);
          response.json(await readPod(member, signal));
        });
      },
    );
  });

  router.get(`${ENTITY}/logs`, async (request, response) => {
    const entityRef = entityRefOf(request.params);
    const wanted = parse(logsQuery, request.query);
    const signal = AbortSignal.any([untilClosed(response), options.shutdown]);
    // Noted when it begins: it may go on for as long as somebody follows it.
    const { logs, expiresAt } = await audited(
      auditor,
      {
        eventId: 'logs-read',
        severityLevel: 'medium',
        request,
        meta: { entityRef, ...wanted },
      },
      async () => {
        const credentials = await userOf(request);
        const looked = await access.require('logs', entityRef, credentials);
        return options.views.use(looked.entity, async view => {
          const member = await findPod(view, wanted, signal);
          const container = chooseContainer(member.object, wanted.container);
          return {
            logs: await openLogs(member, container, wanted, signal),
            expiresAt: credentials.expiresAt,
          };
        });
      },
    );
    await sendLogs(
      logs,
      response,
      AbortSignal.any([
        signal,
        ...(expiresAt ? [AbortSignal.timeout(millisecondsTo(expiresAt))] : []),
      ]),
    );
  });

  /** A route that changes something of an entity. */
  const change = <T extends JsonObject>(
    path: string,
    ability: Ability,
    read: (body: unknown) => T,
    work: (
      view: RuntimeView,
      target: T,
      signal: AbortSignal,
    ) => Promise<object>,
  ) =>
    router.post(
      `${ENTITY}/${path}`,
      express.json({ limit: '16kb' }),
      async (request, response) => {
        const entityRef = entityRefOf(request.params);
        const target = read(request.body);
        await audited(
          auditor,
          {
            eventId: `runtime-${path}`,
            severityLevel: 'medium',
            request,
            meta: { entityRef, ...target },
          },
          async () => {
            const credentials = await userOf(request);
            const looked = await access.require(
              ability,
              entityRef,
              credentials,
            );
            await options.views.use(looked.entity, async view => {
              // It goes on when its caller leaves: half a change helps nobody.
              response.json(await work(view, target, options.shutdown));
            });
          },
        );
      },
    );
  change(
    'restart',
    'restart',
    body => parse(workloadBody, body),
    (...given) => changes.restart(...given),
  );
  change(
    'scale',
    'scale',
    body => parse(scaleBody, body),
    (...given) => changes.scale(...given),
  );
  change(
    'delete-pod',
    'delete-pod',
    body => parse(podQuery, body),
    (...given) => changes.deletePod(...given),
  );

  router.post(
    '/runtimes',
    express.json({ limit: '64kb' }),
    async (request, response) => {
      const { entityRefs } = parse(runtimesBody, request.body);
      await audited(
        auditor,
        {
          eventId: 'runtime-fetch',
          request,
          meta: { entityRefs, queryType: 'summaries' },
        },
        async () => {
          const credentials = await userOf(request);
          const signal = untilClosed(response);
          const refs = entityRefs.map(parseFullEntityRef);
          const looked = await access.lookAtMany(refs, credentials);
          const answer: RuntimesResponse = {
            items: await Promise.all(
              looked.map((one, index) =>
                summarise(options, entityRefs[index], one, signal),
              ),
            ),
          };
          response.json(answer);
        },
      );
    },
  );

  return router;
}

async function summarise(
  options: RuntimeRouterOptions,
  entityRef: string,
  looked: Access | Error,
  signal: AbortSignal,
): Promise<RuntimesItem> {
  if (looked instanceof Error) {
    return { entityRef, error: looked.message };
  }
  try {
    return await options.views.use(looked.entity, async view => {
      const { runtime } = await view.snapshot({ signal });
      return { entityRef, summary: runtime.summary };
    });
  } catch (error) {
    return { entityRef, error: toError(error).message };
  }
}

async function openStream(
  { access, logger, shutdown, views }: RuntimeRouterOptions,
  viewer: {
    entityRef: string;
    credentials: BackstageCredentials;
    looked: Access;
    request: Request;
    response: Response;
  },
): Promise<RuntimeStream> {
  const { entityRef, credentials, looked, request, response } = viewer;
  const lastEventId = request.get('last-event-id');
  const lease = views.acquire(looked.entity);
  try {
    // What goes wrong from here on could not be told as an error any more.
    await lease.view.snapshot({ signal: untilClosed(response) });
  } catch (error) {
    lease.release();
    throw error;
  }
  return new RuntimeStream({
    lease,
    channel: new EventChannel(response),
    views,
    access: looked,
    look: () => access.look(entityRef, credentials),
    shutdown,
    logger,
    ...(credentials.expiresAt && { expiresAt: credentials.expiresAt }),
    ...(lastEventId && { lastEventId: lastEventId.slice(0, 100) }),
  });
}

function millisecondsTo(time: Date): number {
  return Math.min(Math.max(time.getTime() - Date.now(), 0), MAXIMUM_TIMER_MS);
}
