import {
  makeValidator,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';

const { isValidKind, isValidNamespace, isValidEntityName } = makeValidator();

/**
 * Writes an entity reference in full and in lower case, as the catalog
 * compares them: `Component:orders` → `component:default/orders`.
 *
 * @param defaultKind - kind of references that name none
 * @returns undefined when it is no reference to anything that could exist
 * @public
 */
export function readEntityRef(
  ref: string,
  defaultKind: string,
): string | undefined {
  try {
    const parsed = parseEntityRef(ref, {
      defaultKind,
      defaultNamespace: 'default',
    });
    return isValidKind(parsed.kind) &&
      isValidNamespace(parsed.namespace) &&
      isValidEntityName(parsed.name)
      ? stringifyEntityRef(parsed)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What to say about a reference that is none.
 *
 * @public
 */
export function explainEntityRef(ref: string, example: string): string {
  return `\`${ref}\` is no entity reference; write it as \`${example}\``;
}
