import { createServer, Server } from 'node:http';
import express, { NextFunction, Request, Response } from 'express';
import { Faults, Journal } from '../types';
import { BadInput, LoadInput, readFault, readLoad } from './faultInput';
import { renderPage, SCRIPT, STYLE } from './page';
import { StateView } from './views';

/** What the control API shows and changes. */
export interface Controlled {
  faults: Faults;
  journal: Journal;
  environment(): Record<string, string>;
  state(): StateView;
  /** @returns false when there is no such workload */
  setLoad(load: LoadInput): boolean;
}

/**
 * Only this machine's own names: a page of another site that has its name
 * point to loopback could otherwise read the environment.
 */
function requireLoopbackHost(
  request: Request,
  response: Response,
  next: NextFunction,
) {
  if (
    ['localhost', '127.0.0.1', '[::1]'].includes(
      (request.headers.host ?? '').replace(/:\d+$/, ''),
    )
  ) {
    next();
  } else {
    response.status(403).json({ error: 'Call the sandbox as localhost' });
  }
}

/** Forms of other sites cannot send JSON, so what changes anything must be. */
function requireJson(request: Request, response: Response, next: NextFunction) {
  if (
    ['GET', 'HEAD', 'DELETE'].includes(request.method) ||
    request.is('application/json')
  ) {
    next();
  } else {
    response.status(415).json({ error: 'Send JSON' });
  }
}

function answerErrors(
  error: unknown,
  _request: Request,
  response: Response,
  // Express knows error handlers by their fourth parameter.
  _next: NextFunction,
) {
  const malformed = error instanceof SyntaxError;
  const message = error instanceof Error ? error.message : String(error);
  response
    .status(error instanceof BadInput || malformed ? 400 : 500)
    .json({ error: message });
}

function queryText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The page runs and loads what is its own, whatever it shows. */
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The status page and the control API. */
export function createControlServer(controlled: Controlled): Server {
  const { faults, journal } = controlled;
  const app = express();
  app.disable('x-powered-by');
  app.use(requireLoopbackHost, requireJson, express.json());

  app.get('/', (_request, response) => {
    const page = renderPage({
      state: controlled.state(),
      faults: faults.list(),
      requests: journal.list(),
    });
    response.set('content-security-policy', POLICY).type('html').send(page);
  });
  app.get('/status.css', (_request, response) => {
    response.type('css').send(STYLE);
  });
  app.get('/status.js', (_request, response) => {
    response.type('js').send(SCRIPT);
  });
  app.get('/healthz', (_request, response) => {
    // This server starts last: when it answers, every stand-in listens.
    response.json({ ready: true });
  });
  app.get('/api/environment', (_request, response) => {
    response.json(controlled.environment());
  });
  app.get('/api/state', (_request, response) => {
    response.json(controlled.state());
  });
  app.get('/api/requests', (_request, response) => {
    response.json(journal.list());
  });
  app.get('/api/pipelines', (request, response) => {
    const repository = queryText(request.query.repository);
    response.json(
      controlled
        .state()
        .pipelines.filter(
          run => repository === undefined || run.repository === repository,
        ),
    );
  });

  app.get('/api/faults', (_request, response) => {
    response.json(faults.list());
  });
  app.post('/api/faults', (request, response) => {
    response.status(201).json(faults.add(readFault(request.body)));
  });
  app.delete('/api/faults', (_request, response) => {
    faults.clear();
    response.status(204).end();
  });
  app.delete('/api/faults/:id', (request, response) => {
    if (faults.remove(request.params.id)) {
      response.status(204).end();
    } else {
      response.status(404).json({ error: 'There is no such fault' });
    }
  });

  app.put('/api/load', (request, response) => {
    const load = readLoad(request.body);
    if (controlled.setLoad(load)) {
      response.json(load);
    } else {
      response.status(404).json({
        error: `There is no workload ${load.namespace}/${load.workload} in ${load.clusterArn}`,
      });
    }
  });

  app.use((_request, response) => {
    response.status(404).json({ error: 'There is no such page' });
  });
  app.use(answerErrors);
  return createServer(app);
}
