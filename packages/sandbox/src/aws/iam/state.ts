/** An IAM role that was made through the API. */
export interface IamRole {
  accountId: string;
  name: string;
  /** With a slash at both ends: `/slipway/`; `/` for none. */
  path: string;
  /** `AROA…` */
  id: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  description?: string;
  maxSessionSeconds: number;
  /** Trust policy, JSON as it was given. */
  trust: string;
  /** Inline policies by name, JSON as it was given. */
  inlinePolicies: Record<string, string>;
  /** ARNs of managed policies. */
  attachedPolicies: string[];
  /** ARN of a managed policy. */
  permissionsBoundary?: string;
  tags: Record<string, string>;
}

/** An issuer of OpenID Connect tokens that an account believes. */
export interface OidcProvider {
  accountId: string;
  /** Issuer without its scheme: `token.actions.githubusercontent.com`. */
  url: string;
  /** Audiences. */
  clientIds: string[];
  createdAt: number;
}

/** What IAM remembers of all accounts, by ARN. */
export interface IamState {
  roles: Record<string, IamRole>;
  oidcProviders: Record<string, OidcProvider>;
}

/** An IAM with nothing in it. */
export function emptyIam(): IamState {
  return { roles: {}, oidcProviders: {} };
}

/** ARN of a role, its path included. */
export function arnOfRole(role: {
  accountId: string;
  path: string;
  name: string;
}): string {
  return `arn:aws:iam::${role.accountId}:role${role.path}${role.name}`;
}

/** ARN of an issuer of tokens. */
export function arnOfProvider(accountId: string, url: string): string {
  return `arn:aws:iam::${accountId}:oidc-provider/${url}`;
}
