import { AwsError } from '../errors';
import { Call } from '../service';
import { Input } from '../input';
import { parsePolicy, Policy } from './policy';
import { arnOfRole, IamRole } from './state';

export const ROLE_NAME = { pattern: /^[\w+=,.@-]+$/, min: 1, max: 64 };
const POLICY_NAME = { pattern: /^[\w+=,.@-]+$/, min: 1, max: 128 };
const DOCUMENT = { min: 1, max: 131_072 };
const MAX_TAGS = 50;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export const invalid = (field: string, constraint: string) =>
  new AwsError(
    'ValidationError',
    400,
    `1 validation error detected: Value at '${field}' failed to satisfy constraint: ${constraint}`,
  );

export const noSuchEntity = (message: string) =>
  new AwsError('NoSuchEntity', 404, message);

export const limitExceeded = (message: string) =>
  new AwsError('LimitExceeded', 409, message);

const malformed = (message: string) =>
  new AwsError('MalformedPolicyDocument', 400, message);

export const roleName = (call: Call) =>
  call.input.requiredText('RoleName', ROLE_NAME);

export const policyName = (call: Call) =>
  call.input.requiredText('PolicyName', POLICY_NAME);

/** The role that the call names. */
export function namedRole(call: Call): IamRole {
  const name = roleName(call);
  const role = call.world.identities.role(call.accountId, name);
  if (!role) {
    throw noSuchEntity(`The role with name ${name} cannot be found.`);
  }
  return role;
}

/** The role that the call names and is to change. */
export function changeableRole(call: Call): IamRole {
  const role = namedRole(call);
  if (call.world.identities.isSeeded(role)) {
    throw new AwsError(
      'UnmodifiableEntity',
      400,
      `Cannot perform the operation on the protected role '${role.name}' - the sandbox needs it as it is`,
    );
  }
  return role;
}

/**
 * ARN of the role that the call names, for the caller's permissions. AWS
 * cannot know the path of a role that is not there.
 */
export function namedRoleArn(call: Call): string {
  const name = roleName(call);
  const { accountId } = call;
  return arnOfRole(
    call.world.identities.role(accountId, name) ?? {
      accountId,
      name,
      path: '/',
    },
  );
}

/** Condition keys of the role that the call names. */
export function roleConditions(call: Call) {
  const role = call.world.identities.role(call.accountId, roleName(call));
  return {
    ...prefixed('aws:ResourceTag/', role?.tags ?? {}),
    'iam:PermissionsBoundary': role?.permissionsBoundary,
  };
}

function prefixed(prefix: string, tags: Record<string, string>) {
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [prefix + key, value]),
  );
}

/** Condition keys of the tags that the call brings. */
export const requestTags = (call: Call) =>
  prefixed('aws:RequestTag/', readTags(call.input.objects('Tags')));

/** Reads a list of `{Key, Value}`. */
export function readTags(
  tags: readonly Input[] = [],
  existing: Record<string, string> = {},
): Record<string, string> {
  if (tags.length > MAX_TAGS) {
    throw invalid(
      'tags',
      `Member must have length less than or equal to ${MAX_TAGS}`,
    );
  }
  const result: Record<string, string> = {};
  for (const tag of tags) {
    const key = tag.requiredText('Key', { min: 1, max: 128 });
    const value = tag.requiredText('Value', { max: 256 });
    if (/^aws:/i.test(key) || !TAG_TEXT.test(key) || !TAG_TEXT.test(value)) {
      throw new AwsError(
        'InvalidInput',
        400,
        `The tag ${key} is reserved or has a character that is not allowed`,
      );
    }
    if (Object.hasOwn(result, key)) {
      throw new AwsError(
        'InvalidInput',
        400,
        `Duplicate tag keys found. Please note that Tag keys are case insensitive.`,
      );
    }
    result[key] = value;
  }
  const all = { ...existing, ...result };
  if (Object.keys(all).length > MAX_TAGS) {
    throw limitExceeded(
      `The number of tags has reached the maximum limit of ${MAX_TAGS}.`,
    );
  }
  return all;
}

/** A policy document of the call, read and found to be sound. */
function readDocument(
  call: Call,
  field: string,
): { text: string; policy: Policy } {
  const text = call.input.requiredText(field, DOCUMENT);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  try {
    return { text, policy: parsePolicy(document) };
  } catch (error) {
    throw malformed(
      error instanceof Error ? error.message : 'Syntax errors in policy.',
    );
  }
}

/** Length as AWS counts it: without white space. */
const lengthOf = (text: string) => text.replace(/\s/g, '').length;

const MAX_TRUST = 2048;

/** Reads a trust policy. */
export function readTrust(call: Call, field: string): string {
  const { text, policy } = readDocument(call, field);
  for (const statement of policy.statements) {
    if (statement.principals.length === 0) {
      throw malformed('Missing required field Principal');
    }
    if (statement.resources.length > 0) {
      throw malformed('Has prohibited field Resource');
    }
    if (!statement.actions.every(action => /^sts:/i.test(action))) {
      throw malformed(
        'AssumeRole policy may only specify STS AssumeRole actions',
      );
    }
  }
  if (lengthOf(text) > MAX_TRUST) {
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${MAX_TRUST}`);
  }
  return text;
}

const MAX_INLINE = 10_240;

/** Reads a policy that says what a role may do. */
export function readPermissions(
  call: Call,
  field: string,
  others: readonly string[],
): string {
  const { text, policy } = readDocument(call, field);
  for (const statement of policy.statements) {
    if (statement.principals.length > 0) {
      throw malformed('Policy document should not specify a principal.');
    }
    if (statement.resources.length === 0) {
      throw malformed('Policy statement must contain resources.');
    }
    if (statement.actions.some(action => !/^(\*|[\w-]+:.+)$/.test(action))) {
      throw malformed(
        'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
      );
    }
  }
  if (
    [text, ...others].reduce((sum, item) => sum + lengthOf(item), 0) >
    MAX_INLINE
  ) {
    throw limitExceeded(
      `Maximum policy size of ${MAX_INLINE} bytes exceeded for role ${call.input.text(
        'RoleName',
      )}`,
    );
  }
  return text;
}

/** Documents come back percent-encoded. */
export const encodeDocument = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** `Marker` and `MaxItems`, as every list takes them. */
export function pageOf(call: Call) {
  return {
    size: call.input.integer('MaxItems', 1, 1000) ?? 100,
    token: call.input.text('Marker'),
    invalid: () => invalid('Marker', 'Invalid Marker'),
  };
}

/** Time as the query protocol writes it. */
export const timestamp = (milliseconds: number) =>
  new Date(milliseconds).toISOString().replace(/\.\d+/, '');
