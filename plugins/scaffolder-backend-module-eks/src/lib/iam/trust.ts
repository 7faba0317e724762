import type { TokenIssuer } from '@slipway/backstage-plugin-eks-node/resources';

/** A pipeline that proves itself with a token of OpenID Connect. */
export interface TokenBearer extends TokenIssuer {
  kind: 'token';
  /** The one subject that is believed. */
  subject: string;
}

/** A project of CodeBuild. */
export interface BuildProject {
  kind: 'codebuild';
  accountId: string;
  /** ARN of the project. */
  subject: string;
}

/** Who may take the role. */
export type Pipeline = TokenBearer | BuildProject;

/** Who asks for a role, as trust policies speak of it. */
export interface TrustedCaller {
  principalKind: 'Federated' | 'Service';
  principal: string;
  action: string;
  /** Condition keys of the call. */
  context: Record<string, string>;
}

/** How IAM sees the pipeline when it asks for its role. */
export function callerOf(pipeline: Pipeline): TrustedCaller {
  if (pipeline.kind === 'token') {
    const { provider, issuer, audience, subject } = pipeline;
    return {
      principalKind: 'Federated',
      principal: provider,
      action: 'sts:AssumeRoleWithWebIdentity',
      context: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: subject },
    };
  }
  return {
    principalKind: 'Service',
    principal: 'codebuild.amazonaws.com',
    action: 'sts:AssumeRole',
    context: {
      'aws:SourceAccount': pipeline.accountId,
      'aws:SourceArn': pipeline.subject,
    },
  };
}

/** The same as somebody else's pipeline, of the same issuer or service. */
export function strangerTo(pipeline: Pipeline): TrustedCaller {
  return callerOf(
    pipeline.kind === 'token'
      ? {
          ...pipeline,
          subject: 'repo:somebody-else@1/other@1:ref:refs/heads/x',
        }
      : {
          ...pipeline,
          accountId: '000000000000',
          subject: pipeline.subject.replace(
            /:\d{12}:project\/.*$/,
            ':000000000000:project/other',
          ),
        },
  );
}

/** The trust policy of a role for one pipeline, as JSON. */
export function trustPolicy(pipeline: Pipeline): string {
  const { principalKind, principal, action, context } = callerOf(pipeline);
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TrustThePipeline',
        Effect: 'Allow',
        Principal: { [principalKind]: principal },
        Action: action,
        Condition: { StringEquals: context },
      },
    ],
  });
}
