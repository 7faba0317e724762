import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import type { Config } from '@backstage/config';

/** Who is more than somebody who has signed in. Entity references, in full. */
export interface PolicyGroups {
  administrators: ReadonlySet<string>;
  onCall: ReadonlySet<string>;
  /** Nothing where everybody may create. */
  creators?: ReadonlySet<string>;
}

const SECTION = 'permission.slipway';

/**
 * Reads who may do what.
 *
 * @throws Error that names the key, where it has something else than
 *   references to groups and users
 */
export function readPolicyConfig(config: Config): PolicyGroups {
  const read = (name: string): Set<string> | undefined => {
    const key = `${SECTION}.${name}`;
    const refs = config.getOptionalStringArray(key);
    return refs && new Set(refs.map(ref => complete(ref, key)));
  };
  return {
    administrators: read('administrators') ?? new Set(),
    onCall: read('onCall') ?? new Set(),
    creators: read('creators'),
  };
}

function complete(ref: string, key: string): string {
  const entity = (() => {
    try {
      return parseEntityRef(ref, { defaultNamespace: 'default' });
    } catch {
      return undefined;
    }
  })();
  if (!entity || !/^(group|user)$/i.test(entity.kind)) {
    throw new Error(
      `${key} has "${ref}", which names no group and no user: write it as group:default/platform or user:default/jo.`,
    );
  }
  return stringifyEntityRef(entity);
}
