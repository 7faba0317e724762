import { randomBytes } from 'node:crypto';
import express, { type Request, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { html } from '../control/html';
import { section } from '../control/page/parts';
import { isRecord } from '../core';
import { GitHubError } from './errors';
import { page, POLICY } from './pages/layout';
import type { Owner, Repositories } from './repositories';

/** The OAuth app that a portal signs people in with. */
export interface OAuthApp {
  clientId: string;
  clientSecret: string;
}

/** A code that has not been exchanged for a token yet. */
interface Code {
  login: string;
  redirectUri: string;
  scope: string;
  expiresAt: number;
}

const CODE_LIFETIME_MS = 10 * 60_000;

const query = (request: Request, name: string): string => {
  const value = request.query[name];
  return typeof value === 'string' ? value : '';
};

/** GitHub's own app settings name where people may be sent; here that is this machine. */
function isOnThisMachine(address: string): boolean {
  return (
    URL.canParse(address) &&
    ['localhost', '127.0.0.1'].includes(new URL(address).hostname)
  );
}

/**
 * How people sign in to a portal with GitHub: OAuth's web application flow.
 * Nobody has a password here; a person says who they are.
 * Shapes: GitHub documentation, "Authorizing OAuth apps".
 */
export class SignIn {
  private readonly codes = new Map<string, Code>();
  private readonly tokens = new Map<string, string>();

  constructor(
    private readonly options: {
      app: OAuthApp;
      repositories: Repositories;
      now(): number;
    },
  ) {}

  /** Who a token was given to, or nothing where it is none of these. */
  userOf(token: string | undefined): Owner | undefined {
    const login = token === undefined ? undefined : this.tokens.get(token);
    return login === undefined ? undefined : this.user(login);
  }

  private user(login: string): Owner | undefined {
    return this.users.find(user => user.login === login);
  }

  private get users(): Owner[] {
    return this.options.repositories.owners.filter(
      ({ type }) => type === 'User',
    );
  }

  /** The page on which a person says who they are, and the exchange of codes. */
  routes(): Router {
    const router = PromiseRouter();
    router.get('/login/oauth/authorize', (request, response) => {
      const redirectUri = query(request, 'redirect_uri');
      if (query(request, 'client_id') !== this.options.app.clientId) {
        throw new GitHubError(404, 'There is no app with this client_id');
      }
      if (!isOnThisMachine(redirectUri)) {
        throw new GitHubError(
          400,
          'The redirect_uri is not associated with this application.',
        );
      }
      const user = this.user(query(request, 'login'));
      if (!user) {
        response.set('content-security-policy', POLICY);
        response.type('html').send(this.renderChoice(request));
        return;
      }
      const code = randomBytes(10).toString('hex');
      this.codes.set(code, {
        login: user.login,
        redirectUri,
        scope: query(request, 'scope'),
        expiresAt: this.options.now() + CODE_LIFETIME_MS,
      });
      const target = new URL(redirectUri);
      target.searchParams.set('code', code);
      target.searchParams.set('state', query(request, 'state'));
      response.redirect(target.href);
    });
    router.post(
      '/login/oauth/access_token',
      express.urlencoded({ extended: false }),
      express.json(),
      (request, response) => {
        // GitHub answers 200 here, whatever is wrong.
        const answer = this.exchange(request.body);
        if (request.get('accept')?.includes('json')) {
          response.json(answer);
        } else {
          response
            .type('application/x-www-form-urlencoded')
            .send(`${new URLSearchParams(answer)}`);
        }
      },
    );
    return router;
  }

  private exchange(body: unknown): Record<string, string> {
    const { client_id, client_secret, code, redirect_uri } = isRecord(body)
      ? body
      : {};
    const { app, now } = this.options;
    if (client_id !== app.clientId || client_secret !== app.clientSecret) {
      return problem(
        'incorrect_client_credentials',
        'The client_id and/or client_secret passed are incorrect.',
      );
    }
    const found = this.codes.get(String(code));
    this.codes.delete(String(code));
    if (!found || found.expiresAt < now()) {
      return problem(
        'bad_verification_code',
        'The code passed is incorrect or expired.',
      );
    }
    if (redirect_uri !== undefined && redirect_uri !== found.redirectUri) {
      return problem(
        'redirect_uri_mismatch',
        'The redirect_uri MUST match the registered callback URL for this application.',
      );
    }
    const token = `gho_${randomBytes(18).toString('hex')}`;
    this.tokens.set(token, found.login);
    return { access_token: token, scope: found.scope, token_type: 'bearer' };
  }

  private renderChoice(request: Request): string {
    const address = (login: string) => {
      const parameters = new URLSearchParams();
      for (const name of ['client_id', 'redirect_uri', 'scope', 'state']) {
        parameters.set(name, query(request, name));
      }
      parameters.set('login', login);
      return `/login/oauth/authorize?${parameters}`;
    };
    return page({
      title: 'Sign in to the portal',
      body: section(
        'users',
        'Who are you?',
        html`<ul>
          ${this.users.map(
            ({ login }) =>
              html`<li>
                <a href="${address(login)}">Continue as ${login}</a>
              </li>`,
          )}
        </ul>`,
      ),
    });
  }
}

const problem = (error: string, description: string) => ({
  error,
  error_description: description,
});
