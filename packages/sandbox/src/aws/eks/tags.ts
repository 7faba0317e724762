import { Input } from '../input';
import { Call, Operation } from '../service';
import { invalidParameter, notFound } from './common';

const MAX_TAGS = 50;

/** Reads a map of tags. */
export function readTags(input: Input, field: string): Record<string, string> {
  const tags = input.map(field) ?? {};
  for (const [key, value] of Object.entries(tags)) {
    if (key.length < 1 || key.length > 128 || /^aws:/i.test(key)) {
      throw invalidParameter(field, `the tag key '${key}' is not valid`);
    }
    if (value.length > 256) {
      throw invalidParameter(field, `the value of tag '${key}' is too long`);
    }
  }
  if (Object.keys(tags).length > MAX_TAGS) {
    throw invalidParameter(field, `at most ${MAX_TAGS} tags are allowed`);
  }
  return tags;
}

const arnOf = (call: Call) => call.input.requiredText('resourceArn');

function tagged(call: Call): { tags: Record<string, string> } {
  const arn = arnOf(call);
  const found = Object.values(call.world.state.clusters)
    .flatMap(cluster => [
      cluster,
      ...Object.values(cluster.nodegroups),
      ...Object.values(cluster.fargateProfiles),
      ...Object.values(cluster.addons),
      ...Object.values(cluster.accessEntries),
      ...Object.values(cluster.podIdentityAssociations),
    ])
    .find(resource => resource.arn === arn);
  const [, , , region, accountId] = arn.split(':');
  if (!found || region !== call.region || accountId !== call.accountId) {
    throw notFound(`Resource not found: ${arn}`);
  }
  return found;
}

export const tagOperations: Operation[] = [
  {
    name: 'ListTagsForResource',
    route: 'GET /tags/{resourceArn}',
    resource: arnOf,
    run: call => ({ tags: tagged(call).tags }),
  },
  {
    name: 'TagResource',
    route: 'POST /tags/{resourceArn}',
    mutates: true,
    resource: arnOf,
    run(call) {
      const tags = readTags(call.input, 'tags');
      const resource = tagged(call);
      resource.tags = { ...resource.tags, ...tags };
      return {};
    },
  },
  {
    name: 'UntagResource',
    route: 'DELETE /tags/{resourceArn}',
    mutates: true,
    resource: arnOf,
    run(call) {
      const keys = call.input.requiredTexts('tagKeys');
      const resource = tagged(call);
      resource.tags = Object.fromEntries(
        Object.entries(resource.tags).filter(([key]) => !keys.includes(key)),
      );
      return {};
    },
  },
];
