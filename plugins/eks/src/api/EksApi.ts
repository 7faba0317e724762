import {
  type CompoundEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import type {
  ClustersResponse,
  NameAvailability,
  PreflightResponse,
} from '@slipway/backstage-plugin-eks-common';
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
   * With a namespace, an exposure and a compute kind, each also says what cannot work there.
   */
  listClusters(
    query: { namespace?: string; exposure?: string; compute?: string },
    options?: { signal?: AbortSignal },
  ): Promise<ClustersResponse>;

  /** Whether a service may have this name: catalog, git host and registry. */
  checkName(
    name: string,
    query: { repoUrl?: string; accountId?: string; region?: string },
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
    query: { namespace?: string; exposure?: string; compute?: string },
    options?: { signal?: AbortSignal },
  ): Promise<ClustersResponse> {
    return this.#get('/clusters', query, options);
  }

  async checkName(
    name: string,
    query: { repoUrl?: string; accountId?: string; region?: string },
    options?: { signal?: AbortSignal },
  ): Promise<NameAvailability> {
    return this.#get(`/names/${encodeURIComponent(name)}`, query, options);
  }

  async preflight(
    parameters: object,
    options?: { signal?: AbortSignal },
  ): Promise<PreflightResponse> {
    return this.#post('/preflight', parameters, options);
  }

  async getRuntime(
    entityRef: CompoundEntityRef,
    options?: { signal?: AbortSignal },
  ): Promise<RuntimeResponse> {
    return this.#get(runtimePath(entityRef), {}, options);
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
      requests.map(request =>
        this.#post<RuntimesResponse>('/runtimes', request, options),
      ),
    );
    return { items: answers.flatMap(({ items }) => items) };
  }

  async getPod(
    entityRef: CompoundEntityRef,
    query: PodQuery,
    options?: { signal?: AbortSignal },
  ): Promise<PodDetails> {
    return this.#get(`${runtimePath(entityRef)}/pod`, { ...query }, options);
  }

  async restart(
    entityRef: CompoundEntityRef,
    target: WorkloadTarget,
  ): Promise<RestartResponse> {
    return this.#post(`${runtimePath(entityRef)}/restart`, target);
  }

  async scale(
    entityRef: CompoundEntityRef,
    request: ScaleRequest,
  ): Promise<ScaleResponse> {
    return this.#post(`${runtimePath(entityRef)}/scale`, request);
  }

  async deletePod(
    entityRef: CompoundEntityRef,
    query: PodQuery,
  ): Promise<DeletePodResponse> {
    return this.#post(`${runtimePath(entityRef)}/delete-pod`, query);
  }

  async *readLogs(
    entityRef: CompoundEntityRef,
    { previous, tailLines, sinceSeconds, follow, ...query }: LogsQuery,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncIterable<string> {
    const baseUrl = await this.#discovery.getBaseUrl('eks');
    const search = new URLSearchParams({
      ...query,
      ...(previous && { previous: 'true' }),
      ...(follow && { follow: 'true' }),
      ...(tailLines && { tailLines: `${tailLines}` }),
      ...(sinceSeconds && { sinceSeconds: `${sinceSeconds}` }),
    });
    const response = await this.#fetch.fetch(
      `${baseUrl}${runtimePath(entityRef)}/logs?${search}`,
      { signal },
    );
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
    const baseUrl = await this.#discovery.getBaseUrl('eks');
    const response = await this.#fetch.fetch(
      `${baseUrl}${runtimePath(entityRef)}`,
      {
        signal,
        headers: {
          accept: 'text/event-stream',
          ...(lastEventId && { 'last-event-id': lastEventId }),
        },
      },
    );
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    if (!response.body) {
      throw new Error(`nothing to follow of ${stringifyEntityRef(entityRef)}`);
    }
    yield* readEvents(response.body, onAlive);
  }

  async #get<T>(
    path: string,
    query: Record<string, string | undefined>,
    options?: { signal?: AbortSignal },
  ): Promise<T> {
    const url = new URL(`${await this.#discovery.getBaseUrl('eks')}${path}`);
    for (const [key, value] of Object.entries(query)) {
      if (value) {
        url.searchParams.set(key, value);
      }
    }
    return this.#read(url.toString(), options);
  }

  async #post<T>(
    path: string,
    body: object,
    options?: { signal?: AbortSignal },
  ): Promise<T> {
    const baseUrl = await this.#discovery.getBaseUrl('eks');
    return this.#read(`${baseUrl}${path}`, {
      ...options,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  async #read<T>(url: string, init?: RequestInit): Promise<T> {
    const response = await this.#fetch.fetch(url, init);
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return response.json();
  }
}

function runtimePath({ kind, namespace, name }: CompoundEntityRef): string {
  return `/runtime/${[kind, namespace, name].map(encodeURIComponent).join('/')}`;
}
