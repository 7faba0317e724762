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

/**
 * The documents by which clients find out what there is; undefined for a path
 * that is not one of them.
 */
export function discoveryDocument(
  path: string,
  kinds: ResourceKind[],
  version: string,
): JsonObject | undefined {
  const trimmed = path.replace(/\/$/, '');
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
    return served.length > 0 ? openApi(served, version) : undefined;
  }
  const group = /^\/apis\/([^/]+)$/.exec(trimmed);
  if (group && kinds.some(kind => kind.group === group[1])) {
    return { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group[1], kinds) };
  }
  const resources = kinds.filter(kind => `/${pathOf(kind)}` === trimmed);
  return resources.length > 0 ? resourceList(resources) : undefined;
}

const pathOf = ({ group, version }: ResourceKind) =>
  group ? `apis/${group}/${version}` : `api/${version}`;

function apiGroup(name: string, kinds: ResourceKind[]): JsonObject {
  const versions = unique(
    kinds.filter(kind => kind.group === name).map(kind => kind.version),
  ).map(version => ({ groupVersion: groupVersion(name, version), version }));
  return { name, versions, preferredVersion: versions[0] };
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
        verbs: kind.virtual ? ['get', 'list', 'create'] : verbs,
        ...(kind.shortNames && { shortNames: kind.shortNames }),
        ...(kind.categories && { categories: kind.categories }),
      },
      ...(kind.subresources ?? []).map(subresource => ({
        name: `${kind.plural}/${subresource}`,
        singularName: '',
        namespaced: kind.namespaced,
        ...(subresource === 'scale'
          ? { group: 'autoscaling', version: 'v1', kind: 'Scale' }
          : { kind: kind.kind }),
        verbs: subresource === 'log' ? ['get'] : ['get', 'patch', 'update'],
      })),
    ]),
  };
}

/**
 * Enough for kubectl to see that the server checks fields itself and to leave
 * the computing of patches to what it knows of the built-in kinds.
 */
function openApi(kinds: ResourceKind[], version: string): JsonObject {
  const fieldValidation = {
    name: 'fieldValidation',
    in: 'query',
    schema: { type: 'string', uniqueItems: true },
  };
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: `v${version}` },
    paths: Object.fromEntries(
      kinds.map(kind => [
        `/${pathOf(kind)}/${
          kind.namespaced ? 'namespaces/{namespace}/' : ''
        }${kind.plural}/{name}`,
        {
          patch: {
            operationId: `patch${kind.kind}`,
            parameters: [fieldValidation],
            requestBody: {
              content: {
                'application/apply-patch+yaml': {
                  schema: { type: 'object' },
                },
              },
            },
            responses: { '200': { description: 'OK' } },
            'x-kubernetes-group-version-kind': {
              group: kind.group,
              version: kind.version,
              kind: kind.kind,
            },
          },
        },
      ]),
    ),
    components: { schemas: {} },
  };
}
