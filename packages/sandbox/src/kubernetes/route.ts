import type { ResourceKind } from './types';

/** What a path of the API is about. */
export interface Route {
  /** As the path names it; the same objects may be served in two versions. */
  kind: ResourceKind;
  namespace?: string;
  name?: string;
  subresource?: string;
}

/**
 * Finds the kind a path is about; undefined for a path of another sort.
 *
 * @throws URIError for what is not percent-encoded as it should be
 */
export function parseRoute(
  path: string,
  kinds: ResourceKind[],
): Route | undefined {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  let group = '';
  let version: string;
  let rest: string[];
  if (parts[0] === 'api') {
    [, version, ...rest] = parts;
  } else if (parts[0] === 'apis') {
    [, group, version, ...rest] = parts;
  } else {
    return undefined;
  }
  const find = (plural: string | undefined) =>
    kinds.find(
      kind =>
        kind.group === group &&
        kind.version === version &&
        kind.plural === plural,
    );
  if (rest[0] === 'namespaces' && rest.length > 2) {
    const [, namespace, plural, name, subresource] = rest;
    const kind = find(plural);
    if (kind?.namespaced) {
      return { kind, namespace, name, subresource };
    }
  }
  const [plural, name, subresource] = rest;
  const kind = find(plural);
  return kind && { kind, name, subresource };
}
