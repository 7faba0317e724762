import { isRecord } from '../../core';

/** One statement of an IAM policy, with every list written out. */
interface Statement {
  effect: 'Allow' | 'Deny';
  actions: string[];
  notActions: string[];
  resources: string[];
  /** `AWS arn:…`, `Federated arn:…`, `Service codebuild.amazonaws.com`, or `*`. */
  principals: string[];
  conditions: { operator: string; key: string; values: string[] }[];
}

/** An IAM policy document that has been read. */
export interface Policy {
  statements: Statement[];
}

/** A question to the policies: may this be done? */
export interface AccessRequest {
  /** `ecr:CreateRepository` */
  action: string;
  /** ARN, or `*` for calls that are about none. */
  resource: string;
  /** The caller, where a trust policy names principals; an ARN of IAM. */
  principal?: string;
  /** The issuer of the caller's token (ARN), or the AWS service that calls. */
  principalKind?: PrincipalKind;
  /** Condition keys, e.g. `sts:ExternalId`. */
  context?: Record<string, string | undefined>;
}

const PRINCIPAL_KINDS = ['AWS', 'Federated', 'Service'] as const;

/** Who a trust policy can name. */
export type PrincipalKind = (typeof PRINCIPAL_KINDS)[number];

const OPERATORS = [
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'ArnEquals',
  'ArnLike',
];

function list(value: unknown, what: string): string[] {
  if (value === undefined) {
    return [];
  }
  const items = Array.isArray(value) ? value : [value];
  return items.map(item => {
    if (typeof item !== 'string') {
      throw new Error(`IAM policy: ${what} must be a text or a list of texts`);
    }
    return item;
  });
}

function parseConditions(value: unknown): Statement['conditions'] {
  if (value === undefined) {
    return [];
  }
  if (!isRecord(value)) {
    throw new Error('IAM policy: Condition must be an object');
  }
  return Object.entries(value).flatMap(([operator, keys]) => {
    if (!OPERATORS.includes(operator) || !isRecord(keys)) {
      // A condition that is not understood must not be skipped: it would grant.
      throw new Error(
        `IAM policy: condition operator ${operator} is not one of ${OPERATORS.join(
          ', ',
        )}`,
      );
    }
    return Object.entries(keys).map(([key, values]) => ({
      operator,
      key,
      values: list(values, `condition ${key}`),
    }));
  });
}

function parsePrincipals(value: unknown): string[] {
  if (!isRecord(value)) {
    return list(value, 'Principal');
  }
  return Object.entries(value).flatMap(([kind, names]) => {
    if (!PRINCIPAL_KINDS.some(known => known === kind)) {
      throw new Error(
        `IAM policy: Principal ${kind} is not one of ${PRINCIPAL_KINDS.join(
          ', ',
        )}`,
      );
    }
    return list(names, `Principal ${kind}`).map(name =>
      name === '*' ? name : `${kind} ${name}`,
    );
  });
}

function parseStatement(value: unknown): Statement {
  if (
    !isRecord(value) ||
    (value.Effect !== 'Allow' && value.Effect !== 'Deny')
  ) {
    throw new Error('IAM policy: a statement needs Effect Allow or Deny');
  }
  return {
    effect: value.Effect,
    actions: list(value.Action, 'Action'),
    notActions: list(value.NotAction, 'NotAction'),
    resources: list(value.Resource, 'Resource'),
    principals: parsePrincipals(value.Principal),
    conditions: parseConditions(value.Condition),
  };
}

/**
 * Reads an IAM policy document: Effect, Action, NotAction, Resource,
 * Principal with AWS, Federated and Service, and conditions with StringEquals,
 * StringNotEquals, StringLike, ArnEquals, ArnLike.
 *
 * @throws Error for a document that is malformed or uses anything else
 */
export function parsePolicy(document: unknown): Policy {
  if (!isRecord(document) || document.Statement === undefined) {
    throw new Error('IAM policy: the document needs a Statement');
  }
  const statements = Array.isArray(document.Statement)
    ? document.Statement
    : [document.Statement];
  return { statements: statements.map(parseStatement) };
}

function like(pattern: string, value: string, ignoreCase = false): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(value);
}

function conditionHolds(
  { operator, key, values }: Statement['conditions'][number],
  context: Record<string, string | undefined>,
): boolean {
  const actual = context[key];
  switch (operator) {
    case 'StringNotEquals':
      return actual === undefined || !values.includes(actual);
    case 'StringLike':
    case 'ArnEquals':
    case 'ArnLike':
      return actual !== undefined && values.some(value => like(value, actual));
    default:
      return actual !== undefined && values.includes(actual);
  }
}

function accountRoot(principal: string): string {
  return principal.replace(
    /^(arn:[^:]+:)(?:iam|sts)(::\d+:).*$/,
    '$1iam$2root',
  );
}

function applies(statement: Statement, request: AccessRequest): boolean {
  const { action, resource, principal, context = {} } = request;
  const kind = request.principalKind ?? 'AWS';
  const actionMatches =
    statement.actions.some(pattern => like(pattern, action, true)) ||
    (statement.notActions.length > 0 &&
      !statement.notActions.some(pattern => like(pattern, action, true)));
  const resourceMatches =
    // A trust policy names no resource: it is about the role it belongs to.
    (statement.resources.length === 0 && statement.principals.length > 0) ||
    statement.resources.some(pattern => like(pattern, resource));
  const principalMatches =
    statement.principals.length === 0 ||
    (principal !== undefined &&
      statement.principals.some(
        named =>
          named === '*' ||
          named === `${kind} ${principal}` ||
          (kind === 'AWS' && named === `AWS ${accountRoot(principal)}`),
      ));
  return (
    actionMatches &&
    resourceMatches &&
    principalMatches &&
    statement.conditions.every(condition => conditionHolds(condition, context))
  );
}

/** What policies say: a deny wins; what nothing allows is denied too. */
export type Decision = 'allowed' | 'explicitly-denied' | 'implicitly-denied';

/** Decides a request the way IAM does. */
export function decide(
  policies: readonly Policy[],
  request: AccessRequest,
): Decision {
  const effects = policies
    .flatMap(policy => policy.statements)
    .filter(statement => applies(statement, request))
    .map(statement => statement.effect);
  if (effects.includes('Deny')) {
    return 'explicitly-denied';
  }
  return effects.includes('Allow') ? 'allowed' : 'implicitly-denied';
}
