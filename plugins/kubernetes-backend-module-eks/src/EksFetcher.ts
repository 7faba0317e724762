import type { KubernetesFetchError } from '@backstage/plugin-kubernetes-common';
import type {
  ClusterDetails,
  FetchResponseWrapper,
  KubernetesCredential,
  KubernetesFetcher,
  ObjectFetchParams,
} from '@backstage/plugin-kubernetes-node';
import { parseClusterArn } from '@slipway/backstage-plugin-eks-common';
import {
  mapKubernetesError,
  type AwsAccountRole,
} from '@slipway/backstage-plugin-eks-node';
import { clusterArnOf, problemOf } from './clusterDetails';

/** How long one cluster may hold up the answer about all. */
const TIMEOUT_MS = 10_000;

/**
 * Fetches as the Kubernetes backend does by itself, and keeps one cluster from
 * spoiling the answer about the others: a cluster that cannot be asked, that
 * accepts and never answers, or that does not know the portal says so in a
 * sentence.
 */
export class EksFetcher implements KubernetesFetcher {
  readonly #fetcher: KubernetesFetcher;
  readonly #roleOf: (accountId: string) => AwsAccountRole | undefined;
  readonly #timeoutMs: number;

  constructor(options: {
    fetcher: KubernetesFetcher;
    roleOf: (accountId: string) => AwsAccountRole | undefined;
    timeoutMs?: number;
  }) {
    this.#fetcher = options.fetcher;
    this.#roleOf = options.roleOf;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  }

  async fetchObjectsForService(
    params: ObjectFetchParams,
  ): Promise<FetchResponseWrapper> {
    const { clusterDetails } = params;
    const result = await this.#fetch(clusterDetails, 'list objects', () =>
      this.#fetcher.fetchObjectsForService(params),
    );
    return { ...result, errors: this.#explain(clusterDetails, result.errors) };
  }

  async fetchPodMetricsByNamespaces(
    clusterDetails: ClusterDetails,
    credential: KubernetesCredential,
    namespaces: Set<string>,
    labelSelector?: string,
  ): Promise<FetchResponseWrapper> {
    // By itself the Kubernetes backend loses the pods with their metrics.
    return this.#fetch(clusterDetails, 'read metrics of pods', () =>
      this.#fetcher.fetchPodMetricsByNamespaces(
        clusterDetails,
        credential,
        namespaces,
        labelSelector,
      ),
    );
  }

  async #fetch(
    details: ClusterDetails,
    action: string,
    fetch: () => Promise<FetchResponseWrapper>,
  ): Promise<FetchResponseWrapper> {
    const clusterName = details.title ?? details.name;
    const problem = problemOf(details);
    if (problem !== undefined) {
      return failed(problem);
    }
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<FetchResponseWrapper>(resolve => {
      timer = setTimeout(
        () =>
          resolve(
            failed(
              `cluster \`${clusterName}\`: the Kubernetes API did not answer within ${
                this.#timeoutMs / 1000
              } s; check that the portal's network reaches its endpoint`,
            ),
          ),
        this.#timeoutMs,
      );
    });
    try {
      return await Promise.race([fetch(), tooLate]);
    } catch (error) {
      return failed(mapKubernetesError(error, { clusterName, action }).message);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Puts a sentence before the statuses of a cluster that denies everything. */
  #explain(
    details: ClusterDetails,
    errors: KubernetesFetchError[],
  ): KubernetesFetchError[] {
    const arn = clusterArnOf(details);
    const denied =
      errors.length > 0 &&
      errors.every(error => error.errorType === 'UNAUTHORIZED_ERROR');
    if (!arn || !denied) {
      return errors;
    }
    const { name, accountId } = parseClusterArn(arn);
    const { message } = mapKubernetesError(
      { statusCode: 401 },
      {
        clusterName: name,
        action: 'list objects',
        roleArn: this.#roleOf(accountId)?.arn,
      },
    );
    return [{ errorType: 'FETCH_ERROR', message }, ...errors];
  }
}

function failed(message: string): FetchResponseWrapper {
  return { errors: [{ errorType: 'FETCH_ERROR', message }], responses: [] };
}
