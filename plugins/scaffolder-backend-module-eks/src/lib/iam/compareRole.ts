import { samePolicy } from '../policyText';
import type { RoleState } from './roleState';

/** How a role is asked to be. */
export interface DesiredRole {
  path: string;
  /** Trust policy, JSON. */
  trust: string;
  /** Inline policy, JSON. */
  permissions: string;
  /** ARN of the permissions boundary. */
  boundary: string;
  /** Tags of the caller, without those of ownership. */
  tags: Record<string, string>;
}

/** A field whose value differs from what was asked. */
export interface RoleDifference {
  /** `path`, `trust`, `permissions`, `permissionsBoundary`, `policies`, or `tags.team`. */
  field: string;
  asked: string;
  /** What is there; `none` when nothing is. */
  found: string;
  /** Why it stays as it is; undefined where it can be changed. */
  reason?: string;
}

const none = 'none';

/** Compares field by field. */
export function compareRole(
  desired: DesiredRole,
  found: RoleState,
): RoleDifference[] {
  const differences: RoleDifference[] = [];
  if (desired.path !== found.path) {
    differences.push({
      field: 'path',
      asked: desired.path,
      found: found.path,
      reason:
        'AWS cannot change the path of a role; delete the role and let it be made again, or keep using its ARN',
    });
  }
  if (!samePolicy(desired.trust, found.trust)) {
    differences.push({
      field: 'trust',
      asked: desired.trust,
      found: found.trust,
    });
  }
  if (!samePolicy(desired.permissions, found.permissions)) {
    differences.push({
      field: 'permissions',
      asked: desired.permissions,
      found: found.permissions ?? none,
    });
  }
  if (desired.boundary !== found.boundary) {
    differences.push({
      field: 'permissionsBoundary',
      asked: desired.boundary,
      found: found.boundary ?? none,
    });
  }
  if (found.foreignPolicies.length > 0) {
    differences.push({
      field: 'policies',
      asked: none,
      found: found.foreignPolicies.join(', '),
      reason:
        'somebody else gave the role more than its pipeline needs; detach or delete these policies by hand if they are not wanted',
    });
  }
  for (const [key, value] of Object.entries(desired.tags)) {
    if (found.tags[key] !== value) {
      differences.push({
        field: `tags.${key}`,
        asked: value,
        found: found.tags[key] ?? none,
      });
    }
  }
  return differences;
}
