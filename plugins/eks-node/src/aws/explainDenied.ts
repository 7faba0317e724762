import { NotAllowedError } from '@backstage/errors';
import { explain } from '../lib/explain';
import { type AwsCallContext, whereIn } from './awsCall';

/** What AWS says about a refusal, where it says more than that there is one. */
interface Refusal {
  /** Permission that was missing: `ecr:CreateRepository`. */
  action: string;
  /** ARN of what it was missing on. */
  resource?: string;
  /** ARN of who was refused. */
  principal?: string;
  /** Kind of the policy that decided, in AWS's words: `service control`. */
  policy?: string;
  /** Whether that policy says no, and not only nothing. */
  explicit: boolean;
}

/** Kinds of policies by AWS's words for them, and who can change them. */
const policyKinds: Record<string, string> = {
  'permissions boundary': "the role's permissions boundary",
  'resource control': "a resource control policy of the account's organization",
  'resource-based': 'the policy of the resource itself',
  'service control': "a service control policy of the account's organization",
  session: "the policy of the role's session",
  'VPC endpoint':
    'the policy of the VPC endpoint that the portal calls through',
};

function readRefusal(message: string, context: AwsCallContext): Refusal {
  const policy =
    /(?:explicit deny in an?|because no) (permissions boundary|[A-Za-z-]+(?: control| endpoint)?)/.exec(
      message,
    )?.[1];
  return {
    // AWS knows better than we do what was missing: it may have been the role
    // that could not be taken, or passed on.
    action:
      /not authorized to perform: ([A-Za-z0-9-]+:[A-Za-z0-9*]+)/.exec(
        message,
      )?.[1] ?? context.action,
    resource: /on resource: (?:\S+ )?(arn:aws[a-z-]*:[^\s,]+)/.exec(
      message,
    )?.[1],
    principal: /(arn:aws[a-z-]*:(?:iam|sts)::\d{12}:[\w+=,.@/-]+)/.exec(
      message,
    )?.[1],
    policy,
    explicit: message.includes('explicit deny'),
  };
}

/** Where docs/iam.md says of a permission what needs it. */
function documentationOf(action: string): string {
  return `docs/iam.md#${action.toLowerCase().replace(':', '-')}`;
}

/**
 * Says who was refused what on which resource, by which kind of policy, and
 * what to do about it.
 */
export function explainDenied(
  error: unknown,
  message: string,
  context: AwsCallContext,
): NotAllowedError {
  const refusal = readRefusal(message, context);
  const { action, resource, principal } = refusal;
  const who = principal ? ` for ${principal}` : '';
  const where = whereIn(context);
  if (action === 'sts:AssumeRole') {
    return explain(
      NotAllowedError,
      `${context.resource}: access denied${who}: the portal may not take its role${where}; check the role's trust policy and its external id, see ${documentationOf(
        action,
      )}`,
      error,
    );
  }
  const on = resource ? ` on ${resource}` : '';
  return explain(
    NotAllowedError,
    `${
      context.resource
    }: access denied${who}: ${action} is not allowed${on}${where}; ${nextStep(
      refusal,
    )}`,
    error,
  );
}

function nextStep({ action, policy = '', explicit }: Refusal): string {
  const documentation = documentationOf(action);
  const kind = policyKinds[policy];
  if (explicit) {
    return `${
      kind ?? "a statement of the role's policies"
    } denies it, which no other policy can outweigh: have that changed, see ${documentation}`;
  }
  return kind
    ? `${kind} does not allow it, whatever the role's own policy says: have it added there, see ${documentation}`
    : `add that action to the role's policy, see ${documentation}`;
}
