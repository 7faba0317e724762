import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';

const KIND = /^[a-z][a-z0-9]{0,62}$/i;
const NAME = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/i;

/**
 * The reference of an entity as the catalog writes it, in lower case.
 *
 * @throws InputError if a part of it is none
 */
export function entityRefOf(parts: {
  kind: string;
  namespace: string;
  name: string;
}): string {
  if (
    !KIND.test(parts.kind) ||
    !NAME.test(parts.namespace) ||
    !NAME.test(parts.name)
  ) {
    throw new InputError(
      'The path names no entity; expected /runtime/<kind>/<namespace>/<name>, such as /runtime/component/default/orders',
    );
  }
  return stringifyEntityRef(parts);
}

/** @throws InputError if the text is no full entity reference */
export function parseFullEntityRef(text: string): string {
  const parts = parseEntityRef(text, { defaultNamespace: 'default' });
  return entityRefOf(parts);
}
