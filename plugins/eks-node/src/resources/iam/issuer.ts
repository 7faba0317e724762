import {
  GetOpenIDConnectProviderCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import { ConflictError, NotFoundError } from '@backstage/errors';
import type { GitHostKind } from '@slipway/backstage-plugin-eks-common';
import { callIam, type IamAccount } from './account';
import type { PipelineRoleSettings } from './settings';

/**
 * Who issues the tokens of pipelines, and for whom.
 *
 * @public
 */
export interface TokenIssuer {
  /** ARN of the issuer in the account of the role. */
  provider: string;
  /** Issuer without its scheme: `token.actions.githubusercontent.com`. */
  issuer: string;
  audience: string;
}

/**
 * Who issues tokens for pipelines of a GitHub, without the scheme.
 *
 * @public
 */
export function githubIssuer(host: string): string {
  if (host === 'github.com') {
    return 'token.actions.githubusercontent.com';
  }
  // With data residency each company has a domain; with GitHub Enterprise
  // Server, the server issues them itself.
  return host.endsWith('.ghe.com')
    ? `token.actions.${host}`
    : `${host}/_services/token`;
}

/**
 * Whose tokens the pipelines of a git host show, and for whom they are: those of
 * GitHub for AWS, those of GitLab for the GitLab itself, as each documents it.
 *
 * @public
 */
export function pipelineTokens(
  { host, kind }: { host: string; kind: GitHostKind },
  settings: PipelineRoleSettings,
): { issuer: string; audience: string } {
  const configured = settings.issuerOf(host);
  if (kind === 'github') {
    const issuer = configured ?? githubIssuer(host);
    return { issuer, audience: 'sts.amazonaws.com' };
  }
  const issuer = configured ?? host;
  return { issuer, audience: `https://${issuer}` };
}

/**
 * ARN of an issuer in an account.
 *
 * @public
 */
export function providerArn(
  { accountId, partition }: Pick<IamAccount, 'accountId' | 'partition'>,
  issuer: string,
): string {
  return `arn:${partition}:iam::${accountId}:oidc-provider/${issuer}`;
}

/**
 * Looks whether the account believes the issuer of the pipeline's tokens.
 *
 * @throws NotFoundError with the command that makes it believe them
 * @throws ConflictError with the command that adds the audience
 * @public
 */
export async function requireIssuer(
  account: IamAccount,
  { provider, issuer, audience }: TokenIssuer,
): Promise<void> {
  const what = `OpenID Connect provider ${provider}`;
  const found = await callIam(
    account,
    'iam:GetOpenIDConnectProvider',
    what,
    async options => {
      try {
        return await account.client.send(
          new GetOpenIDConnectProviderCommand({
            OpenIDConnectProviderArn: provider,
          }),
          options,
        );
      } catch (error) {
        if (error instanceof NoSuchEntityException) {
          return undefined;
        }
        throw error;
      }
    },
  );
  if (!found) {
    throw new NotFoundError(
      `${what}: account ${account.accountId} does not believe tokens of ${issuer} yet; somebody who may has to run, once for the account: aws iam create-open-id-connect-provider --url https://${issuer} --client-id-list ${audience}`,
    );
  }
  if (!(found.ClientIDList ?? []).includes(audience)) {
    throw new ConflictError(
      `${what}: it does not take the audience ${audience}; somebody who may has to run: aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${provider} --client-id ${audience}`,
    );
  }
}
