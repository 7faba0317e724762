import { createServer, type Server, type ServerResponse } from 'node:http';
import { close, isRecord, listen, readBody } from '../core';
import { isAllowedByPolicies } from '../kubernetes/authorization';
import { objectAt } from '../kubernetes/json';
import type { ClusterIdentity, Json } from '../kubernetes/types';

/** Where the API server keeps, between its two questions, what EKS lets somebody do. */
const POLICIES = 'eks.amazonaws.com/access-policies';

/** What the API server asks about tokens that it did not make, and about what their users may do. */
export interface Webhooks {
  authentication: string;
  authorization: string;
  stop(): Promise<void>;
}

type AccessPolicy = ClusterIdentity['accessPolicies'][number];

function answer(response: ServerResponse, body: object) {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

const textOf = (value: Json | undefined) =>
  typeof value === 'string' && value !== '' ? value : undefined;

function isAccessPolicy(value: unknown): value is AccessPolicy {
  return isRecord(value) && typeof value.policyArn === 'string';
}

/** The access policies that the answer about the token carried. */
function policiesOf(spec: Json): AccessPolicy[] {
  const kept = objectAt(spec, 'extra')[POLICIES];
  return (Array.isArray(kept) ? kept : [])
    .map((text): unknown => JSON.parse(String(text)))
    .filter(isAccessPolicy);
}

/**
 * Plays what EKS has beside the API server: the authenticator of its tokens, and
 * the authorizer of its access policies.
 */
export async function startWebhooks(
  authenticate: (token: string) => Promise<ClusterIdentity | undefined>,
): Promise<Webhooks> {
  async function authentication(spec: Json) {
    const identity = await authenticate(
      textOf(objectAt({ spec }, 'spec').token) ?? '',
    );
    return identity
      ? {
          authenticated: true,
          user: {
            username: identity.username,
            groups: identity.groups,
            extra: {
              [POLICIES]: identity.accessPolicies.map(policy =>
                JSON.stringify(policy),
              ),
            },
          },
        }
      : { authenticated: false };
  }

  function authorization(spec: Json) {
    const wanted = objectAt(spec, 'resourceAttributes');
    const resource = textOf(wanted.resource);
    return {
      allowed:
        resource !== undefined &&
        isAllowedByPolicies(
          { accessPolicies: policiesOf(spec) },
          {
            verb: textOf(wanted.verb) ?? '',
            group: textOf(wanted.group) ?? '',
            resource,
            subresource: textOf(wanted.subresource),
            namespace: textOf(wanted.namespace),
            name: textOf(wanted.name),
          },
        ),
    };
  }

  const server: Server = createServer(async (request, response) => {
    try {
      const review = JSON.parse(String(await readBody(request)));
      answer(response, {
        apiVersion: review.apiVersion,
        kind: review.kind,
        status:
          review.kind === 'TokenReview'
            ? await authentication(review.spec)
            : authorization(review.spec),
      });
    } catch {
      response.writeHead(400).end();
    }
  });
  const port = await listen(server, 0, 'the webhooks of a cluster');
  const url = `http://127.0.0.1:${port}`;
  return {
    authentication: `${url}/authenticate`,
    authorization: `${url}/authorize`,
    stop: () => close(server),
  };
}
