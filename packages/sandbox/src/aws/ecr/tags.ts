import { AwsError } from '../errors';
import { Input } from '../input';
import { Call, Operation } from '../service';
import { findRepository, invalidParameter } from './common';
import { EcrRepository } from './state';

const MAX_TAGS = 50;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const invalidTag = (message: string) =>
  new AwsError('InvalidTagParameterException', 400, message);

/** Reads a list of `{Key, Value}`. */
export function readTags(tags: readonly Input[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const tag of tags) {
    const key = tag.requiredText('Key', { min: 1, max: 128 });
    const value = tag.text('Value', { max: 256 }) ?? '';
    if (/^aws:/i.test(key)) {
      throw invalidTag(`Tag keys must not begin with aws: '${key}'`);
    }
    if (!TAG_TEXT.test(key) || !TAG_TEXT.test(value)) {
      throw invalidTag(`The tag '${key}' has a character that is not allowed`);
    }
    if (Object.hasOwn(result, key)) {
      throw invalidTag(`The tag key '${key}' is given more than once`);
    }
    result[key] = value;
  }
  requireFewTags(result);
  return result;
}

function requireFewTags(tags: Record<string, string>) {
  if (Object.keys(tags).length > MAX_TAGS) {
    throw new AwsError(
      'TooManyTagsException',
      400,
      `The list of tags is longer than ${MAX_TAGS}`,
    );
  }
}

/** Condition keys of the tags that a request brings. */
export function requestTags(tags: readonly Input[] | undefined) {
  return Object.fromEntries(
    Object.entries(readTags(tags ?? [])).map(([key, value]) => [
      `aws:RequestTag/${key}`,
      value,
    ]),
  );
}

function arnOf(call: Call): string {
  return call.input.requiredText('resourceArn');
}

function taggedRepository(call: Call): EcrRepository {
  const arn = arnOf(call);
  const match = /^arn:aws:ecr:([a-z0-9-]+):(\d{12}):repository\/(.+)$/.exec(
    arn,
  );
  if (!match || match[1] !== call.region || match[2] !== call.accountId) {
    throw invalidParameter('resourceArn', `'${arn}' is not a valid ARN`);
  }
  return findRepository(call, match[3]);
}

export const tagOperations: Operation[] = [
  {
    name: 'TagResource',
    mutates: true,
    resource: arnOf,
    conditions: ({ input }) => requestTags(input.objects('tags')),
    run(call) {
      const added = readTags(call.input.requiredObjects('tags'));
      const repository = taggedRepository(call);
      const tags = { ...repository.tags, ...added };
      requireFewTags(tags);
      repository.tags = tags;
      return {};
    },
  },
  {
    name: 'UntagResource',
    mutates: true,
    resource: arnOf,
    run(call) {
      const keys = call.input.requiredTexts('tagKeys');
      const repository = taggedRepository(call);
      repository.tags = Object.fromEntries(
        Object.entries(repository.tags).filter(([key]) => !keys.includes(key)),
      );
      return {};
    },
  },
  {
    name: 'ListTagsForResource',
    resource: arnOf,
    run: call => ({
      tags: Object.entries(taggedRepository(call).tags).map(([Key, Value]) => ({
        Key,
        Value,
      })),
    }),
  },
];
