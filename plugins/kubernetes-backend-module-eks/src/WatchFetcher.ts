import type {
  FetchResponse,
  KubernetesErrorTypes,
  KubernetesFetchError,
} from '@backstage/plugin-kubernetes-common';
import type {
  ClusterDetails,
  FetchResponseWrapper,
  KubernetesFetcher,
  ObjectFetchParams,
  ObjectToFetch,
} from '@backstage/plugin-kubernetes-node';
import type {
  ClusterWatch,
  EksClusters,
  WatchKind,
  WatchResult,
} from '@slipway/backstage-plugin-eks-node';
import { podStatus } from './podStatus';
import { watchableOf } from './watchable';

/** Kinds that are read for those who ask, and never kept. */
const NOT_WATCHED = new Set(['secrets', 'configmaps']);

/** How long what is not watched may take. */
const ASKED_MS = 5_000;

const PODS: WatchKind = { group: '', version: 'v1', plural: 'pods' };

async function inTime(
  answer: Promise<FetchResponseWrapper>,
  otherwise: string,
): Promise<FetchResponseWrapper> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<FetchResponseWrapper>(resolve => {
    timer = setTimeout(
      () =>
        resolve({
          errors: [{ errorType: 'FETCH_ERROR', message: otherwise }],
          responses: [],
        }),
      ASKED_MS,
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

const isReadFor = ({ group, plural }: ObjectToFetch) =>
  group === '' && NOT_WATCHED.has(plural);

const kindOf = ({ group, apiVersion, plural }: ObjectToFetch): WatchKind => ({
  group,
  version: apiVersion,
  plural,
});

function pathOf({ group, version, plural }: WatchKind, namespace?: string) {
  const root = group ? `/apis/${group}/${version}` : `/api/${version}`;
  return `${root}${namespace ? `/namespaces/${namespace}` : ''}/${plural}`;
}

/** What was there is better than nothing, where that is said. */
const hasObjects = ({ connection, objects }: WatchResult) =>
  connection.state === 'live' ||
  connection.asOf !== undefined ||
  objects.length > 0;

/** The items of a list carry no type, but those of a custom resource. */
function responseOf(
  type: ObjectToFetch,
  { objects }: WatchResult,
): FetchResponse {
  const resources =
    type.objectType === 'customresources'
      ? objects
      : objects.map(({ apiVersion: _, kind: __, ...object }) => object);
  // The watch knows no types of kinds; what it watches under a plural's path is
  // of that kind, as it is for the Kubernetes backend itself.
  return { type: type.objectType, resources } as FetchResponse;
}

function errorsOf(
  { connection }: WatchResult,
  resourcePath: string,
): KubernetesFetchError[] {
  const { message, statusCode } = connection;
  if (message === undefined) {
    return [];
  }
  const refused: KubernetesFetchError[] =
    statusCode === undefined || statusCode === 401
      ? []
      : [{ errorType: errorTypeOf(statusCode), statusCode, resourcePath }];
  return statusCode === 403
    ? refused
    : [{ errorType: 'FETCH_ERROR', message }, ...refused];
}

function errorTypeOf(statusCode: number): KubernetesErrorTypes {
  switch (statusCode) {
    case 400:
      return 'BAD_REQUEST';
    case 404:
      return 'NOT_FOUND';
    case 500:
      return 'SYSTEM_ERROR';
    default:
      return 'UNKNOWN_ERROR';
  }
}

/** A cluster that cannot be reached says so once, and not for each kind. */
function distinct(errors: KubernetesFetchError[]): KubernetesFetchError[] {
  const seen = new Set<string>();
  return errors.filter(error => {
    const key = JSON.stringify(error);
    return !seen.has(key) && seen.add(key);
  });
}

/**
 * Answers from the watch what it keeps, in the words of the Kubernetes
 * backend's own fetcher, and leaves the rest to that: clusters whose
 * credentials are the viewer's, Secrets and ConfigMaps.
 */
export class WatchFetcher implements KubernetesFetcher {
  readonly #watch: ClusterWatch;
  readonly #clusters: EksClusters;
  readonly #otherwise: KubernetesFetcher;

  constructor(options: {
    watch: ClusterWatch;
    clusters: EksClusters;
    otherwise: KubernetesFetcher;
  }) {
    this.#watch = options.watch;
    this.#clusters = options.clusters;
    this.#otherwise = options.otherwise;
  }

  async fetchObjectsForService(
    params: ObjectFetchParams,
  ): Promise<FetchResponseWrapper> {
    if (!watchableOf(params.clusterDetails, this.#clusters)) {
      return this.#otherwise.fetchObjectsForService(params);
    }
    const types = [...params.objectTypesToFetch];
    const read = types.filter(isReadFor);
    const watched = [
      ...types.filter(type => !isReadFor(type)),
      ...params.customResources,
    ];
    const { isLive, ...kept } = await this.#fromWatch(params, watched);
    if (!isLive || read.length === 0) {
      // A cluster that does not answer the watch would not answer this either.
      return kept;
    }
    const asked = await inTime(
      this.#otherwise.fetchObjectsForService({
        ...params,
        objectTypesToFetch: new Set(read),
        customResources: [],
      }),
      `cluster \`${params.clusterDetails.title ?? params.clusterDetails.name}\`: ${read
        .map(({ plural }) => plural)
        .join(' and ')} were not answered within ${ASKED_MS / 1000} s`,
    );
    return {
      errors: [...kept.errors, ...asked.errors],
      responses: [...kept.responses, ...asked.responses],
    };
  }

  async fetchPodMetricsByNamespaces(
    ...params: Parameters<KubernetesFetcher['fetchPodMetricsByNamespaces']>
  ): Promise<FetchResponseWrapper> {
    const [clusterDetails, , namespaces, labelSelector] = params;
    if (!watchableOf(clusterDetails, this.#clusters)) {
      return this.#otherwise.fetchPodMetricsByNamespaces(...params);
    }
    const results = await Promise.all(
      [...namespaces].map(namespace =>
        this.#podStatus(clusterDetails, namespace, labelSelector),
      ),
    );
    return {
      errors: distinct(results.flatMap(({ errors }) => errors)),
      responses: results.flatMap(({ responses }) => responses),
    };
  }

  async #fromWatch(
    { clusterDetails, namespace, labelSelector }: ObjectFetchParams,
    types: ObjectToFetch[],
  ): Promise<FetchResponseWrapper & { isLive: boolean }> {
    const view = this.#watch.open(
      types.map(type => ({
        cluster: clusterDetails.name,
        kind: kindOf(type),
        ...(namespace && { namespace }),
        ...(labelSelector && { labelSelector }),
      })),
    );
    try {
      await view.ready();
      const results = view.read();
      return {
        isLive: results.some(({ connection }) => !connection.message),
        errors: distinct(
          results.flatMap((result, index) =>
            errorsOf(result, pathOf(kindOf(types[index]), namespace)),
          ),
        ),
        responses: results.flatMap((result, index) =>
          hasObjects(result) ? [responseOf(types[index], result)] : [],
        ),
      };
    } finally {
      // The watch goes on for a while: the next question is answered at once.
      view.close();
    }
  }

  async #podStatus(
    { name: cluster }: ClusterDetails,
    namespace: string,
    labelSelector: string | undefined,
  ): Promise<FetchResponseWrapper> {
    const query = {
      cluster,
      namespace,
      ...(labelSelector && { labelSelector }),
    };
    const view = this.#watch.open([{ ...query, kind: PODS }]);
    try {
      const [metrics] = await Promise.all([
        this.#watch.podMetrics({ cluster, namespace }),
        view.ready(),
      ]);
      const errors = errorsOf(
        metrics,
        `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`,
      );
      if (errors.length > 0) {
        return { errors, responses: [] };
      }
      return {
        errors: [],
        responses: [await podStatus(view.read()[0].objects, metrics.objects)],
      };
    } finally {
      view.close();
    }
  }
}
