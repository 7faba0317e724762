import type { KubeConfig } from '@kubernetes/client-node';
import https, { type RequestOptions } from 'node:https';
import { entityLabel, ownershipLabels } from '../ownership';

/**
 * Metadata of an object, as far as the actions look at it.
 *
 * @public
 */
export interface ObjectMetadata {
  name?: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  /** What has to be done before it is gone. */
  finalizers?: string[];
  /** There while it is being removed. */
  deletionTimestamp?: string;
  managedFields?: { manager?: string; operation?: string }[];
}

/**
 * Any Kubernetes object.
 *
 * @public
 */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMetadata;
  [field: string]: unknown;
}

/**
 * How an API group's version serves a kind.
 *
 * @public
 */
export interface KubernetesResource {
  /** Plural name in paths. */
  name: string;
  kind: string;
  namespaced: boolean;
}

/**
 * One cause of a failure, as the API server lists them.
 *
 * @public
 */
export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

/**
 * An answer of the API server that is not a success.
 *
 * @public
 */
export class KubernetesApiError extends Error {
  /** HTTP status of the answer. */
  readonly code: number;
  readonly reason: string;
  readonly causes: StatusCause[];

  constructor(code: number, body: unknown) {
    const status = isObject(body) ? body : {};
    const message =
      typeof status.message === 'string'
        ? status.message
        : `the Kubernetes API answered with status ${code}`;
    super(message);
    this.name = 'KubernetesApiError';
    this.code = code;
    this.reason = typeof status.reason === 'string' ? status.reason : '';
    this.causes =
      isObject(status.details) && Array.isArray(status.details.causes)
        ? status.details.causes.filter(isObject)
        : [];
  }
}

/** How long one request may take, in milliseconds. */
const requestTimeoutMs = 30_000;

/** The most that is read of one answer, in bytes. */
const maximumAnswerBytes = 8 * 1024 * 1024;

/**
 * The few requests that the actions make of a cluster. Endpoint, authority and
 * credentials are those of the kubeconfig; objects go as they are written, so
 * that fields which this code does not know are not lost on the way.
 *
 * @public
 */
export class KubernetesClient {
  readonly #kubeConfig: KubeConfig;
  readonly #signal?: AbortSignal;
  readonly #resources = new Map<string, KubernetesResource[]>();

  /**
   * @param kubeConfig - its credentials are asked for with every request
   * @param signal - ends every request
   */
  constructor(kubeConfig: KubeConfig, signal?: AbortSignal) {
    this.#kubeConfig = kubeConfig;
    this.#signal = signal;
  }

  /**
   * How the cluster serves a kind.
   *
   * @returns undefined when it does not
   */
  async findResource(
    apiVersion: string,
    kind: string,
  ): Promise<KubernetesResource | undefined> {
    let resources = this.#resources.get(apiVersion);
    if (!resources) {
      const answer = await this.#readIfExists(apiRoot(apiVersion));
      resources =
        answer && Array.isArray(answer.resources)
          ? answer.resources.filter(isResource)
          : [];
      this.#resources.set(apiVersion, resources);
    }
    return resources.find(
      resource => resource.kind === kind && !resource.name.includes('/'),
    );
  }

  /**
   * How the cluster serves a kind in the version that it prefers.
   *
   * @param group - empty for the core group
   * @returns undefined when it does not
   */
  async findKind(group: string, kind: string) {
    const apiVersion = group === '' ? 'v1' : await this.#preferred(group);
    const resource =
      apiVersion === undefined
        ? undefined
        : await this.findResource(apiVersion, kind);
    return resource && apiVersion ? { apiVersion, resource } : undefined;
  }

  async #preferred(group: string): Promise<string | undefined> {
    const answer = await this.#readIfExists(
      `/apis/${encodeURIComponent(group)}`,
    );
    const version = answer && answer.preferredVersion;
    return isObject(version) && typeof version.groupVersion === 'string'
      ? version.groupVersion
      : undefined;
  }

  /**
   * Objects of a namespace, or of the whole cluster when none is given: all of
   * them, or those that are labelled as an entity's, and as a task's.
   */
  async list(
    resource: KubernetesResource,
    where: {
      apiVersion: string;
      namespace?: string;
      entity?: string;
      task?: string;
    },
  ): Promise<KubernetesObject[]> {
    const { apiVersion, namespace, entity, task } = where;
    const labels = [
      ...(entity === undefined
        ? []
        : [`${ownershipLabels.entity}=${entityLabel(entity)}`]),
      ...(task === undefined ? [] : [`${ownershipLabels.task}=${task}`]),
    ];
    const query = new URLSearchParams(
      labels.length > 0 ? { labelSelector: labels.join(',') } : {},
    );
    const inside =
      namespace === undefined
        ? ''
        : `/namespaces/${encodeURIComponent(namespace)}`;
    const answer = await this.#request(
      'GET',
      `${apiRoot(apiVersion)}${inside}/${resource.name}?${query}`,
    );
    const items = Array.isArray(answer.items) ? answer.items : [];
    // Items of a list do not repeat what they are.
    return items
      .filter(isObject)
      .map(item => asObject({ ...item, apiVersion, kind: resource.kind }));
  }

  /**
   * Deletes the object that was looked at, and not one that took its name
   * since. One that is gone is no error.
   */
  async delete(
    resource: KubernetesResource,
    id: { apiVersion: string; name: string; namespace?: string },
    options: { uid?: string; dryRun: boolean },
  ): Promise<void> {
    const query = options.dryRun ? '?dryRun=All' : '';
    try {
      await this.#request('DELETE', `${objectPath(resource, id)}${query}`, {
        contentType: 'application/json',
        body: JSON.stringify({
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy: 'Background',
          ...(options.uid && { preconditions: { uid: options.uid } }),
        }),
      });
    } catch (error) {
      const gone =
        error instanceof KubernetesApiError &&
        (error.code === 404 || error.code === 409);
      if (!gone) {
        throw error;
      }
    }
  }

  /** @returns undefined when there is no such object */
  async get(
    resource: KubernetesResource,
    id: { apiVersion: string; name: string; namespace?: string },
  ): Promise<KubernetesObject | undefined> {
    const answer = await this.#readIfExists(objectPath(resource, id));
    return answer === undefined ? undefined : asObject(answer);
  }

  /** Whether the cluster would allow a request of the portal. */
  async mayI(attributes: {
    verb: string;
    /** Empty for the core group. */
    group: string;
    /** Plural: `namespaces`. */
    resource: string;
    namespace?: string;
  }): Promise<boolean> {
    const apiVersion = 'authorization.k8s.io/v1';
    const answer = await this.#request(
      'POST',
      `${apiRoot(apiVersion)}/selfsubjectaccessreviews`,
      {
        contentType: 'application/json',
        body: JSON.stringify({
          apiVersion,
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes: attributes },
        }),
      },
    );
    return isObject(answer.status) && answer.status.allowed === true;
  }

  /** Server-side apply. */
  async apply(
    resource: KubernetesResource,
    object: KubernetesObject,
    options: { fieldManager: string; force: boolean; dryRun: boolean },
  ): Promise<KubernetesObject> {
    const query = new URLSearchParams({
      fieldManager: options.fieldManager,
      force: String(options.force),
      fieldValidation: 'Strict',
      ...(options.dryRun && { dryRun: 'All' }),
    });
    const path = objectPath(resource, {
      apiVersion: object.apiVersion,
      name: object.metadata.name ?? '',
      namespace: object.metadata.namespace,
    });
    return asObject(
      await this.#request('PATCH', `${path}?${query}`, {
        contentType: 'application/apply-patch+yaml',
        // JSON is YAML.
        body: JSON.stringify(object),
      }),
    );
  }

  /**
   * Has an object removed only when what holds these finalizers is done, as
   * long as it is the object that was looked at.
   */
  async holdWith(
    resource: KubernetesResource,
    { apiVersion, metadata }: KubernetesObject,
    finalizer: string,
    options: { dryRun: boolean },
  ): Promise<KubernetesObject> {
    const { name = '', namespace, uid, resourceVersion, finalizers } = metadata;
    const path = objectPath(resource, { apiVersion, name, namespace });
    return asObject(
      await this.#request(
        'PATCH',
        `${path}${options.dryRun ? '?dryRun=All' : ''}`,
        {
          contentType: 'application/merge-patch+json',
          body: JSON.stringify({
            metadata: {
              uid,
              resourceVersion,
              finalizers: [...(finalizers ?? []), finalizer],
            },
          }),
        },
      ),
    );
  }

  async #readIfExists(path: string) {
    try {
      return await this.#request('GET', path);
    } catch (error) {
      if (error instanceof KubernetesApiError && error.code === 404) {
        return undefined;
      }
      throw error;
    }
  }

  async #request(
    method: string,
    path: string,
    content?: { contentType: string; body: string },
  ): Promise<Record<string, unknown>> {
    const server = this.#kubeConfig.getCurrentCluster()?.server;
    if (!server) {
      throw new Error('the kubeconfig names no cluster');
    }
    const url = new URL(server.replace(/\/$/, '') + path);
    const options: RequestOptions = {
      method,
      headers: {
        accept: 'application/json',
        ...(content && {
          'content-type': content.contentType,
          'content-length': Buffer.byteLength(content.body),
        }),
      },
      signal: AbortSignal.any([
        AbortSignal.timeout(requestTimeoutMs),
        ...(this.#signal ? [this.#signal] : []),
      ]),
    };
    await this.#kubeConfig.applyToHTTPSOptions(options);
    return await new Promise((resolve, reject) => {
      const request = https.request(url, options, response => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maximumAnswerBytes) {
            request.destroy(
              new Error(
                `the Kubernetes API answered with more than ${maximumAnswerBytes} bytes`,
              ),
            );
            return;
          }
          chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () => {
          const body = parseBody(Buffer.concat(chunks).toString('utf8'));
          const statusCode = response.statusCode ?? 0;
          if (statusCode >= 200 && statusCode < 300 && isObject(body)) {
            resolve(body);
          } else {
            reject(new KubernetesApiError(statusCode, body));
          }
        });
      });
      request.on('error', reject);
      request.end(content?.body);
    });
  }
}

function apiRoot(apiVersion: string): string {
  const parts = apiVersion.split('/').map(encodeURIComponent);
  return parts.length === 1 ? `/api/${parts[0]}` : `/apis/${parts.join('/')}`;
}

function objectPath(
  resource: KubernetesResource,
  id: { apiVersion: string; name: string; namespace?: string },
): string {
  const namespace =
    resource.namespaced && id.namespace
      ? `/namespaces/${encodeURIComponent(id.namespace)}`
      : '';
  return `${apiRoot(id.apiVersion)}${namespace}/${resource.name}/${encodeURIComponent(
    id.name,
  )}`;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isResource(value: unknown): value is KubernetesResource {
  return (
    isObject(value) &&
    typeof value.name === 'string' &&
    typeof value.kind === 'string' &&
    typeof value.namespaced === 'boolean'
  );
}

function asObject(value: Record<string, unknown>): KubernetesObject {
  const { apiVersion, kind, metadata } = value;
  if (
    typeof apiVersion !== 'string' ||
    typeof kind !== 'string' ||
    !isObject(metadata)
  ) {
    throw new Error(
      'the Kubernetes API answered with something else than an object',
    );
  }
  return { ...value, apiVersion, kind, metadata };
}
