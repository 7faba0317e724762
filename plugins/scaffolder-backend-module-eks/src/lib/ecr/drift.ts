import { samePolicy } from '../policyText';
import type { EffectiveScan } from './effectiveScan';
import type { RepositoryState } from './repositoryState';

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
  /** Why it cannot be changed, where that is not because AWS fixes it at creation. */
  reason?: string;
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

/**
 * Whether images are scanned on push. Where the registry has rules of its own,
 * they decide, and the repository's switch means nothing: it is neither
 * compared nor changed.
 */
function compareScan(
  asked: boolean,
  found: boolean,
  scan: EffectiveScan,
): Difference[] {
  if (scan.source !== 'registry') {
    return asked === found
      ? []
      : [
          {
            field: 'scanOnPush',
            asked: String(asked),
            found: String(found),
            changeable: true,
          },
        ];
  }
  const effective =
    scan.frequency === 'SCAN_ON_PUSH' || scan.frequency === 'CONTINUOUS_SCAN';
  return asked === effective
    ? []
    : [
        {
          field: 'scanOnPush',
          asked: String(asked),
          found: String(effective),
          changeable: false,
          reason: `${scan.explanation}; who manages the registry can change its rules`,
        },
      ];
}

/**
 * Compares field by field.
 *
 * @param scan - scanning that is in effect for what was found
 */
export function compareRepository(
  desired: DesiredRepository,
  found: RepositoryState,
  scan: EffectiveScan,
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
  differences.push(...compareScan(desired.scanOnPush, found.scanOnPush, scan));
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
