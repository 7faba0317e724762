import {
  type CompoundEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import type {
  ClustersResponse,
  NameAvailability,
  PreflightResponse,
} from '@slipway/backstage-plugin-eks-common';
import {
  DefaultApiClient,
  type GetClusters,
  type GetName,
  type TypedResponse,
} from '@slipway/backstage-plugin-eks-common/client';
import type {
  DeletePodResponse,
  LogsQuery,
  PodDetails,
  PodQuery,
  RestartResponse,
  RuntimeResponse,
  RuntimesRequest,
  RuntimesResponse,
  ScaleRequest,
  ScaleResponse,
  WorkloadTarget,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  createApiRef,
  type DiscoveryApi,
  type FetchApi,
} from '@backstage/core-plugin-api';
import { ResponseError } from '@backstage/errors';
import { type RuntimeEvent, readEvents } from './runtimeEvents';

/**
 * What the pages of a service and the fields of the create form ask the EKS
 * backend.
 *
 * @public
 */
export interface EksApi {
  /**
   * The clusters of every configured account and region with their facts.
   * With a namespace, an exposure, a routing and a compute kind, each also says what cannot work there.
   */
  listClusters(
    query: GetClusters['query'],
    options?: { signal?: AbortSignal },
  ): Promise<ClustersResponse>;

  /** Whether a service may have this name: catalog, git host and registry. */
  checkName(
    name: string,
    query: GetName['query'],
    options?: { signal?: AbortSignal },
  ): Promise<NameAvailability>;

  /**
   * Everything that would stop a service, and what to do about it.
   *
   * @param parameters - what the form of the template `eks-service` has gathered
   */
  preflight(
    parameters: object,
    options?: { signal?: AbortSignal },
  ): Promise<PreflightResponse>;

  /** What an entity has running. */
  getRuntime(
    entityRef: CompoundEntityRef,
    options?: { signal?: AbortSignal },
  ): Promise<RuntimeResponse>;

  /**
   * What each of many entities has running, in a few words; for tables. A part
   * that cannot be had has an `error` of its own.
   *
   * @param entityRefs - in full, such as `component:default/orders`
   */
  getSummaries(
    entityRefs: string[],
    options?: { signal?: AbortSignal },
  ): Promise<RuntimesResponse>;

  /** One pod with its containers, conditions and events. */
  getPod(
    entityRef: CompoundEntityRef,
    query: PodQuery,
    options?: { signal?: AbortSignal },
  ): Promise<PodDetails>;

  /** Replaces the pods of a workload, one after another. */
  restart(
    entityRef: CompoundEntityRef,
    target: WorkloadTarget,
  ): Promise<RestartResponse>;

  /** Has a workload run another number of pods, within its bounds. */
  scale(
    entityRef: CompoundEntityRef,
    request: ScaleRequest,
  ): Promise<ScaleResponse>;

  /** Deletes one pod, which its workload replaces. */
  deletePod(
    entityRef: CompoundEntityRef,
    query: PodQuery,
  ): Promise<DeletePodResponse>;

  /** What a container writes, as it arrives; ends unless `follow` is set. */
  readLogs(
    entityRef: CompoundEntityRef,
    query: LogsQuery,
    options?: { signal?: AbortSignal },
  ): AsyncIterable<string>;

  /**
   * What an entity has running, and every change from then on, until the
   * backend ends it.
   *
   * @param options - `lastEventId` to go on after an event; `onAlive` is called
   * whenever something arrives, be it only a sign of life
   */
  followRuntime(
    entityRef: CompoundEntityRef,
    options?: {
      signal?: AbortSignal;
      lastEventId?: string;
      onAlive?: () => void;
    },
  ): AsyncIterable<RuntimeEvent>;
}

/** More than these the backend refuses. */
const ENTITIES_PER_REQUEST = 100;

/** @public */
export const eksApiRef = createApiRef<EksApi>({ id: 'plugin.eks.service' });

/**
 * Asks `/api/eks` as the signed-in user.
 *
 * @public
 */
export class EksClient implements EksApi {
  readonly #discovery: DiscoveryApi;
  readonly #fetch: FetchApi;

  constructor(options: { discoveryApi: DiscoveryApi; fetchApi: FetchApi }) {
    this.#discovery = options.discoveryApi;
    this.#fetch = options.fetchApi;
  }

  async listClusters(
    { namespace, exposure, routing, compute }: GetClusters['query'],
    options?: { signal?: AbortSignal },
  ): Promise<ClustersResponse> {
    // A field that nobody has filled in yet is no question.
    const query = {
      namespace: namespace || undefined,
      exposure: exposure || undefined,
      routing: routing || undefined,
      compute: compute || undefined,
    };
    return read(await this.#client(options).getClusters({ query }));
  }

  async checkName(
    name: string,
    { repoUrl, accountId, region }: GetName['query'],
    options?: { signal?: AbortSignal },
  ): Promise<NameAvailability> {
    const query = {
      repoUrl: repoUrl || undefined,
      accountId: accountId || undefined,
      region: region || undefined,
    };
    return read(
      await this.#client(options).getName({
        path: { serviceName: name },
        query,
      }),
    );
  }

  async preflight(
    parameters: object,
    options?: { signal?: AbortSignal },
  ): Promise<PreflightResponse> {
    return read(
      await this.#client(options).preflightService({ body: parameters }),
    );
  }

  async getRuntime(
    entityRef: CompoundEntityRef,
    options?: { signal?: AbortSignal },
  ): Promise<RuntimeResponse> {
    return read(
      await this.#client(options).getRuntime({ path: pathOf(entityRef) }),
    );
  }

  async getSummaries(
    entityRefs: string[],
    options?: { signal?: AbortSignal },
  ): Promise<RuntimesResponse> {
    const requests: RuntimesRequest[] = [];
    for (let at = 0; at < entityRefs.length; at += ENTITIES_PER_REQUEST) {
      requests.push({
        entityRefs: entityRefs.slice(at, at + ENTITIES_PER_REQUEST),
      });
    }
    const answers = await Promise.all(
      requests.map(async body =>
        read(await this.#client(options).getRuntimes({ body })),
      ),
    );
    return { items: answers.flatMap(({ items }) => items) };
  }

  async getPod(
    entityRef: CompoundEntityRef,
    query: PodQuery,
    options?: { signal?: AbortSignal },
  ): Promise<PodDetails> {
    return read(
      await this.#client(options).getPod({ path: pathOf(entityRef), query }),
    );
  }

  async restart(
    entityRef: CompoundEntityRef,
    body: WorkloadTarget,
  ): Promise<RestartResponse> {
    return read(
      await this.#client().restartWorkload({ path: pathOf(entityRef), body }),
    );
  }

  async scale(
    entityRef: CompoundEntityRef,
    body: ScaleRequest,
  ): Promise<ScaleResponse> {
    return read(
      await this.#client().scaleWorkload({ path: pathOf(entityRef), body }),
    );
  }

  async deletePod(
    entityRef: CompoundEntityRef,
    body: PodQuery,
  ): Promise<DeletePodResponse> {
    return read(
      await this.#client().deletePod({ path: pathOf(entityRef), body }),
    );
  }

  async *readLogs(
    entityRef: CompoundEntityRef,
    query: LogsQuery,
    options?: { signal?: AbortSignal },
  ): AsyncIterable<string> {
    const response = await this.#client(options).getLogs({
      path: pathOf(entityRef),
      query,
    });
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    if (!response.body) {
      return;
    }
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) {
          return;
        }
        yield decoder.decode(value, { stream: true });
      }
    } finally {
      // Whoever stops reading closes the connection.
      await reader.cancel().catch(() => {});
    }
  }

  async *followRuntime(
    entityRef: CompoundEntityRef,
    options: {
      signal?: AbortSignal;
      lastEventId?: string;
      onAlive?: () => void;
    } = {},
  ): AsyncIterable<RuntimeEvent> {
    const { signal, lastEventId, onAlive } = options;
    const client = this.#client({
      signal,
      headers: {
        accept: 'text/event-stream',
        ...(lastEventId && { 'last-event-id': lastEventId }),
      },
    });
    const response = await client.getRuntime({ path: pathOf(entityRef) });
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    if (!response.body) {
      throw new Error(`nothing to follow of ${stringifyEntityRef(entityRef)}`);
    }
    yield* readEvents(response.body, onAlive);
  }

  /** The client that is made of the backend's schema, for one request. */
  #client(request?: {
    signal?: AbortSignal;
    headers?: Record<string, string>;
  }): DefaultApiClient {
    return new DefaultApiClient({
      discoveryApi: this.#discovery,
      fetchApi: {
        fetch: (url, init) =>
          this.#fetch.fetch(url, {
            ...init,
            signal: request?.signal,
            headers: {
              ...Object.fromEntries(new Headers(init?.headers)),
              ...request?.headers,
            },
          }),
      },
    });
  }
}

async function read<T>(response: TypedResponse<T>): Promise<T> {
  if (!response.ok) {
    throw await ResponseError.fromResponse(response);
  }
  return response.json();
}

const pathOf = ({ kind, namespace, name }: CompoundEntityRef) => ({
  entityKind: kind,
  entityNamespace: namespace,
  entityName: name,
});
