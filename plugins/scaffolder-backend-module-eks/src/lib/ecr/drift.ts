import { ownershipTags } from '../ownership';
import { samePolicy } from './policyText';
import { RepositoryState } from './repositoryState';

/** How a repository is asked to be. */
export interface DesiredRepository {
  imageTagMutability: string;
  exclusionFilters: string[];
  encryption: { type: string; kmsKey?: string };
  scanOnPush: boolean;
  lifecyclePolicy?: string;
  repositoryPolicy?: string;
  /** Tags of the caller, without those of ownership. */
  tags: Record<string, string>;
}

/** A field whose value differs from what was asked. */
export interface Difference {
  /** Name of the field as the action's input has it: `imageTagMutability`, `tags.team`. */
  field: string;
  /** What was asked, in words. */
  asked: string;
  /** What is there, in words; `none` when nothing is. */
  found: string;
  /** Whether AWS can change it without making the repository anew. */
  changeable: boolean;
}

const none = 'none';

function list(items: string[]): string {
  return items.length === 0 ? none : items.join(', ');
}

/**
 * Whether a key that was asked for is the one that is used. ECR answers with
 * the key's ARN whatever it was given; an alias cannot be compared with that,
 * and no key means the one that AWS manages.
 */
function sameKey(asked: string | undefined, found: string | undefined) {
  if (asked === undefined || asked === found) {
    return true;
  }
  if (asked.includes('alias/')) {
    return true;
  }
  return found !== undefined && found.endsWith(`key/${asked}`);
}

/** Compares field by field. */
export function compareRepository(
  desired: DesiredRepository,
  found: RepositoryState,
): Difference[] {
  const differences: Difference[] = [];
  if (desired.imageTagMutability !== found.imageTagMutability) {
    differences.push({
      field: 'imageTagMutability',
      asked: desired.imageTagMutability,
      found: found.imageTagMutability,
      changeable: true,
    });
  }
  const askedFilters = list([...desired.exclusionFilters].sort());
  const foundFilters = list([...found.exclusionFilters].sort());
  if (askedFilters !== foundFilters) {
    differences.push({
      field: 'exclusionFilters',
      asked: askedFilters,
      found: foundFilters,
      changeable: true,
    });
  }
  if (desired.encryption.type !== found.encryption.type) {
    differences.push({
      field: 'encryption.type',
      asked: desired.encryption.type,
      found: found.encryption.type,
      changeable: false,
    });
  } else if (!sameKey(desired.encryption.kmsKey, found.encryption.kmsKey)) {
    differences.push({
      field: 'encryption.kmsKey',
      asked: desired.encryption.kmsKey ?? none,
      found: found.encryption.kmsKey ?? none,
      changeable: false,
    });
  }
  if (desired.scanOnPush !== found.scanOnPush) {
    differences.push({
      field: 'scanOnPush',
      asked: String(desired.scanOnPush),
      found: String(found.scanOnPush),
      changeable: true,
    });
  }
  if (
    desired.lifecyclePolicy !== undefined &&
    !samePolicy(desired.lifecyclePolicy, found.lifecyclePolicy)
  ) {
    differences.push({
      field: 'lifecyclePolicy',
      asked: desired.lifecyclePolicy,
      found: found.lifecyclePolicy ?? none,
      changeable: true,
    });
  }
  if (
    desired.repositoryPolicy !== undefined &&
    !samePolicy(desired.repositoryPolicy, found.repositoryPolicy)
  ) {
    differences.push({
      field: 'repositoryPolicy',
      asked: desired.repositoryPolicy,
      found: found.repositoryPolicy ?? none,
      changeable: true,
    });
  }
  for (const [key, value] of Object.entries(desired.tags)) {
    if (found.tags[key] !== value) {
      differences.push({
        field: `tags.${key}`,
        asked: value,
        found: found.tags[key] ?? none,
        changeable: true,
      });
    }
  }
  return differences;
}

const reservedTagKeys = new Set<string>(Object.values(ownershipTags));

/** AWS's limit on tags of one resource. */
const maximumTags = 50;

/** Says what is wrong with tags by AWS's rules. */
export function checkTags(tags: Record<string, string>) {
  const problems: { field: string; message: string }[] = [];
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
          'this tag says who owns the repository, and is set by the action',
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
