import type { ClusterCompute } from '../types';

type Profile = NonNullable<ClusterCompute['fargateProfiles']>[number];

/**
 * The profile that takes a pod: a selector's namespace matches, `*` and `?`
 * being wildcards, and all its labels are there.
 */
export function matchingFargateProfile(
  profiles: Profile[],
  namespace: string,
  labels: Record<string, string>,
): Profile | undefined {
  return profiles.find(({ selectors }) =>
    selectors.some(
      selector =>
        wildcard(selector.namespace ?? '').test(namespace) &&
        Object.entries(selector.labels ?? {}).every(
          ([key, value]) => key in labels && wildcard(value).test(labels[key]),
        ),
    ),
  );
}

/** Profiles are the sandbox's own data: short, and no danger to match. */
function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`);
}
