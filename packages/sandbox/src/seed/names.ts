/** Names of the seeded world; the README lists them. */
export const SHOP_ACCOUNT = '111122223333';
export const DATA_ACCOUNT = '444455556666';
export const ACCOUNTS = [
  { id: SHOP_ACCOUNT, name: 'shop', regions: ['eu-west-1'] },
  { id: DATA_ACCOUNT, name: 'data', regions: ['us-east-1'] },
] as const;
export const PORTAL_USER_ARN = `arn:aws:iam::${SHOP_ACCOUNT}:user/slipway`;
export const PORTAL_ROLE = 'slipway-portal';
export const PIPELINE_ROLE = 'slipway-pipeline';
/** Path of the roles that the portal makes for pipelines. */
export const PIPELINE_ROLE_PATH = '/slipway/';
/** Managed policy in each account: the most that such a role may do. */
export const PIPELINE_BOUNDARY = 'slipway-pipeline-boundary';
/** Who issues the tokens of GitHub Actions. */
export const GITHUB_ISSUER = 'token.actions.githubusercontent.com';
/** Somebody at the console, who may do everything; the portal never is. */
export const ADMINISTRATOR_ROLE = 'administrator';
/** Where the portal keeps the files of running tasks, in the first account. */
export const WORKSPACE_BUCKET = 'slipway-workspaces';
export const EXTERNAL_ID = 'slipway-sandbox';
export const GITHUB_ORGANISATION = 'acme';
/** Who issues the tokens of GitLab's pipelines. */
export const GITLAB_ISSUER = 'gitlab.com';
export const GITLAB_GROUP = 'acme';

/** ARN of a role in an account. */
export const roleArn = (accountId: string, name: string) =>
  `arn:aws:iam::${accountId}:role/${name}`;
