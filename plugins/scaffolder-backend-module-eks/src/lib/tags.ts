import type { FieldProblem } from './input';
import { ownershipTags } from '@slipway/backstage-plugin-eks-node/resources';

const reservedTagKeys = new Set<string>(Object.values(ownershipTags));

/** AWS's limit on tags of one resource. */
const maximumTags = 50;

/** Says what is wrong with tags by AWS's rules. */
export function checkTags(tags: Record<string, string>): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const limit = maximumTags - reservedTagKeys.size;
  if (Object.keys(tags).length > limit) {
    problems.push({
      field: 'tags',
      message: `AWS takes ${maximumTags} tags on a resource, of which ${reservedTagKeys.size} say who owns it: give at most ${limit}`,
    });
  }
  for (const [key, value] of Object.entries(tags)) {
    const field = `tags.${key}`;
    if (reservedTagKeys.has(key)) {
      problems.push({
        field,
        message:
          'this tag says who owns the resource, and is set by the action',
      });
    } else if (/^aws:/i.test(key)) {
      problems.push({
        field,
        message: 'tags that begin with `aws:` are reserved by AWS',
      });
    } else if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(key)) {
      problems.push({
        field,
        message:
          'a key of a tag has 1 to 128 letters, digits, spaces or characters of `_.:/=+-@`',
      });
    }
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value)) {
      problems.push({
        field,
        message:
          'a value of a tag has at most 256 letters, digits, spaces or characters of `_.:/=+-@`',
      });
    }
  }
  return problems;
}

/**
 * Says why tags cannot be added to those that a resource has, or nothing. Tags
 * of AWS itself do not count.
 */
export function explainTooManyTags(
  present: Record<string, string>,
  added: Record<string, string>,
): string | undefined {
  const keys = Object.keys({ ...present, ...added }).filter(
    key => !/^aws:/i.test(key),
  );
  return keys.length > maximumTags
    ? `it would have ${keys.length} tags, and AWS takes ${maximumTags}; remove tags that nobody needs`
    : undefined;
}
