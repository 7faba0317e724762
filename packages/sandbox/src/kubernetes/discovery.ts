import { openApi } from './schema/openApi';
import type { JsonObject, ResourceKind } from './types';

const verbs = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];
const unique = <T>(values: T[]) => [...new Set(values)];

const groupVersion = (group: string, version: string) =>
  group ? `${group}/${version}` : version;

const pathOf = ({ group, version }: ResourceKind) =>
  group ? `apis/${group}/${version}` : `api/${version}`;

/** The one form of discovery in which everything is in one answer. */
const AGGREGATED =
  /application\/json;g=apidiscovery\.k8s\.io;v=(v2|v2beta1);as=APIGroupDiscoveryList/;

/** A document, and its content type where that is not plain JSON. */
interface DiscoveryAnswer {
  body: JsonObject;
  contentType?: string;
}

/**
 * The documents by which clients find out what there is; undefined for a path
 * that is not one of them.
 */
export function discoveryDocument(
  path: string,
  kinds: ResourceKind[],
  version: string,
  accept: string,
): DiscoveryAnswer | undefined {
  const trimmed = path.replace(/\/$/, '');
  const [aggregated, discoveryVersion] = AGGREGATED.exec(accept) ?? [];
  if (aggregated && (trimmed === '/api' || trimmed === '/apis')) {
    const served = kinds.filter(({ group }) =>
      trimmed === '/api' ? group === '' : group !== '',
    );
    return {
      contentType: aggregated,
      body: aggregatedDiscovery(served, discoveryVersion),
    };
  }
  const body = plainDocument(trimmed, kinds, version);
  return (
    body && {
      body,
      // The index of schemas is JSON, and does not say so.
      ...(trimmed === '/openapi/v3' && {
        contentType: 'text/plain; charset=utf-8',
      }),
    }
  );
}

function plainDocument(
  trimmed: string,
  kinds: ResourceKind[],
  version: string,
): JsonObject | undefined {
  const [major, minor] = version.split('.');
  switch (trimmed) {
    case '/version':
      return {
        major,
        minor,
        gitVersion: `v${version}.0-eks-sandbox`,
        gitCommit: 'sandbox',
        gitTreeState: 'clean',
        buildDate: '2026-01-01T00:00:00Z',
        goVersion: 'none: this is a stand-in',
        compiler: 'none',
        platform: 'linux/amd64',
      };
    case '':
      return {
        paths: [
          '/api',
          '/apis',
          '/healthz',
          '/livez',
          '/openapi/v3',
          '/readyz',
          '/version',
        ],
      };
    case '/api':
      return {
        kind: 'APIVersions',
        versions: ['v1'],
        serverAddressByClientCIDRs: [],
      };
    case '/apis':
      return {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: unique(kinds.map(kind => kind.group))
          .filter(Boolean)
          .map(group => apiGroup(group, kinds)),
      };
    case '/openapi/v3':
      return {
        paths: Object.fromEntries(
          unique(kinds.map(pathOf)).map(prefix => [
            prefix,
            { serverRelativeURL: `/openapi/v3/${prefix}?hash=sandbox` },
          ]),
        ),
      };
    default:
  }
  const openapi = /^\/openapi\/v3\/(.+)$/.exec(trimmed);
  if (openapi) {
    const served = kinds.filter(kind => pathOf(kind) === openapi[1]);
    return served.length > 0 ? openApi(served, version, pathOf) : undefined;
  }
  const group = /^\/apis\/([^/]+)$/.exec(trimmed);
  if (group && kinds.some(kind => kind.group === group[1])) {
    return { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group[1], kinds) };
  }
  const resources = kinds.filter(kind => `/${pathOf(kind)}` === trimmed);
  return resources.length > 0 ? resourceList(resources) : undefined;
}

function apiGroup(name: string, kinds: ResourceKind[]): JsonObject {
  const versions = unique(
    kinds.filter(kind => kind.group === name).map(kind => kind.version),
  ).map(version => ({ groupVersion: groupVersion(name, version), version }));
  return { name, versions, preferredVersion: versions[0] };
}

const verbsOf = (kind: ResourceKind): string[] => {
  if (kind.group === 'metrics.k8s.io') {
    return ['get', 'list'];
  }
  return kind.virtual ? ['create'] : verbs;
};

const subresourceVerbs: Record<string, string[]> = {
  log: ['get'],
  eviction: ['create'],
};

/** The kind that a subresource speaks of. */
function subresourceKind(kind: ResourceKind, subresource: string) {
  switch (subresource) {
    case 'scale':
      return { group: 'autoscaling', version: 'v1', kind: 'Scale' };
    case 'eviction':
      return { group: 'policy', version: 'v1', kind: 'Eviction' };
    default:
      return { group: kind.group, version: kind.version, kind: kind.kind };
  }
}

function resourceList(kinds: ResourceKind[]): JsonObject {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: groupVersion(kinds[0].group, kinds[0].version),
    resources: kinds.flatMap(kind => [
      {
        name: kind.plural,
        singularName: kind.singular,
        namespaced: kind.namespaced,
        kind: kind.kind,
        verbs: verbsOf(kind),
        ...(kind.shortNames && { shortNames: kind.shortNames }),
        ...(kind.categories && { categories: kind.categories }),
      },
      ...(kind.subresources ?? []).map(subresource => ({
        name: `${kind.plural}/${subresource}`,
        singularName: '',
        namespaced: kind.namespaced,
        ...subresourceKind(kind, subresource),
        verbs: subresourceVerbs[subresource] ?? ['get', 'patch', 'update'],
      })),
    ]),
  };
}

function aggregatedDiscovery(
  kinds: ResourceKind[],
  version: string,
): JsonObject {
  const versionsOf = (group: string) => {
    const served = kinds.filter(kind => kind.group === group);
    return unique(served.map(kind => kind.version)).map(name => ({
      version: name,
      freshness: 'Current',
      resources: served
        .filter(kind => kind.version === name)
        .map(aggregatedResource),
    }));
  };
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: unique(kinds.map(kind => kind.group)).map(group => ({
      metadata: { name: group, creationTimestamp: null },
      versions: versionsOf(group),
    })),
  };
}

/** A kind of the same group and version as its place says no more. */
function responseKind(
  { custom, ...place }: ResourceKind,
  answered: { group: string; version: string; kind: string },
): JsonObject {
  const { group, version, kind } = answered;
  const isSame = group === place.group && version === place.version;
  return isSame && !custom
    ? { group: '', version: '', kind }
    : { group, version, kind };
}

function aggregatedResource(kind: ResourceKind): JsonObject {
  return {
    resource: kind.plural,
    responseKind: responseKind(kind, kind),
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: verbsOf(kind),
    ...(kind.shortNames && { shortNames: kind.shortNames }),
    ...(kind.categories && { categories: kind.categories }),
    ...(kind.subresources?.length && {
      subresources: kind.subresources.map(subresource => ({
        subresource,
        responseKind: responseKind(kind, subresourceKind(kind, subresource)),
        verbs: subresourceVerbs[subresource] ?? ['get', 'patch', 'update'],
      })),
    }),
  };
}
