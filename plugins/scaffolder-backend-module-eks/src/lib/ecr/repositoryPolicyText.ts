import {
  type Partition,
  partitionOfRegion,
} from '@slipway/backstage-plugin-eks-common';
import type { FieldProblem } from '../input';
import { isObject, listOf, parseObject } from '../jsonObject';
import { explainPartition } from './repositoryPolicy';

/** ECR's limit on the text of a repository policy, in characters. */
const maximumLength = 10_240;

const field = 'repositoryPolicyText';

const statementKeys = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Condition',
]);

const principalKinds = new Set(['AWS', 'Service', 'Federated']);

/**
 * Says what is wrong with a repository policy that was given as JSON. ECR says
 * of most of it only "Invalid repository policy provided".
 *
 * @param region - region of the registry
 */
export function checkRepositoryPolicyText(
  text: string,
  region: string,
): FieldProblem[] {
  if (text.length > maximumLength) {
    return [
      {
        field,
        message: `a repository policy has at most ${maximumLength} characters, this one has ${text.length}`,
      },
    ];
  }
  const policy = parseObject(text);
  if (typeof policy === 'string') {
    return [{ field, message: policy }];
  }
  if (policy.Version !== '2012-10-17' && policy.Version !== '2008-10-17') {
    return [
      { field, message: 'a repository policy has a `Version`: `2012-10-17`' },
    ];
  }
  const statements = listOf(policy.Statement);
  if (statements.length === 0) {
    return [{ field, message: 'a repository policy has statements' }];
  }
  const partition = partitionOfRegion(region);
  return statements.flatMap((statement, index) =>
    explainStatement(statement, partition).map(message => ({
      field: `${field}.Statement[${index}]`,
      message,
    })),
  );
}

function explainStatement(statement: unknown, partition: Partition): string[] {
  if (!isObject(statement)) {
    return ['a repository policy has statements'];
  }
  if (statement.Resource !== undefined || statement.NotResource !== undefined) {
    return [
      'a repository policy names no `Resource`: it is about the repository that it is attached to',
    ];
  }
  const unknown = Object.keys(statement).filter(key => !statementKeys.has(key));
  if (unknown.length > 0) {
    return [`a statement has no \`${unknown.join('`, `')}\``];
  }
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    return ['`Effect` is either `Allow` or `Deny`'];
  }
  return [
    explainOneOf(statement, 'Principal', 'NotPrincipal'),
    explainOneOf(statement, 'Action', 'NotAction'),
    ...explainActions(statement.Action ?? statement.NotAction),
    ...explainPrincipals(
      statement.Principal ?? statement.NotPrincipal,
      partition,
    ),
    isOpenToAll(statement)
      ? '`Allow` for everybody without a `Condition` lets every AWS account of the world in; name accounts, or add a condition such as `aws:PrincipalOrgID`'
      : undefined,
  ].filter(message => message !== undefined);
}

function explainOneOf(
  statement: Record<string, unknown>,
  one: string,
  other: string,
): string | undefined {
  return (statement[one] === undefined) === (statement[other] === undefined)
    ? `a statement has either \`${one}\` or \`${other}\``
    : undefined;
}

function explainActions(actions: unknown): string[] {
  return listOf(actions ?? [])
    .filter(
      action =>
        typeof action !== 'string' || !/^(\*|ecr:[A-Za-z*?]+)$/i.test(action),
    )
    .map(
      action =>
        `${JSON.stringify(action)} is no action of ECR; write it as \`ecr:BatchGetImage\``,
    );
}

function explainPrincipals(
  principals: unknown,
  partition: Partition,
): (string | undefined)[] {
  if (principals === undefined || principals === '*') {
    return [];
  }
  if (!isObject(principals)) {
    return ['`Principal` is `*` or an object such as `{"AWS": "<ARN>"}`'];
  }
  const unknown = Object.keys(principals).filter(
    kind => !principalKinds.has(kind),
  );
  if (unknown.length > 0 || Object.keys(principals).length === 0) {
    return [
      `a principal is one of \`${[...principalKinds].join('`, `')}\`${
        unknown.length > 0 ? `, not \`${unknown.join('`, `')}\`` : ''
      }`,
    ];
  }
  return listOf(principals.AWS ?? []).map(one =>
    explainIdentity(one, partition),
  );
}

function explainIdentity(
  identity: unknown,
  partition: Partition,
): string | undefined {
  if (typeof identity !== 'string') {
    return '`Principal.AWS` is an ARN, or a list of them';
  }
  if (identity === '*' || /^\d{12}$/.test(identity)) {
    return undefined;
  }
  const found =
    /^arn:(aws[a-z-]*):(?:iam|sts)::\d{12}:(?:root|(?:user|role|assumed-role|federated-user)\/\S+)$/.exec(
      identity,
    )?.[1];
  if (found === undefined || identity.includes('*')) {
    return `\`${identity}\` is no identity that ECR takes; name an account by its 12 digits, or a role or user by its ARN, without \`*\``;
  }
  return explainPartition(found, partition);
}

function isOpenToAll(statement: Record<string, unknown>): boolean {
  const { Effect, Principal, NotPrincipal, Condition } = statement;
  const everybody =
    NotPrincipal !== undefined ||
    Principal === '*' ||
    (isObject(Principal) && listOf(Principal.AWS).includes('*'));
  const conditions = isObject(Condition) ? Object.keys(Condition).length : 0;
  return Effect === 'Allow' && everybody && conditions === 0;
}
