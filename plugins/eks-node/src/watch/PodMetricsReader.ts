import type { KubeConfig, KubernetesObject } from '@kubernetes/client-node';
import type { Connection } from '@slipway/backstage-plugin-eks-common/runtime';
import { explainKubernetesError } from '../kubernetes/mapKubernetesError';
import { KubernetesStatusError } from '../kubernetes/request';
import { getOrMake, Renewed } from '../lib/Renewed';
import { isObject } from '../lib/text';
import { labelMatcher } from './labelSelector';
import { listPages } from './listAndWatch';
import type { WatchSettings } from './settings';
import type { WatchKind, WatchQuery, WatchResult } from './types';

const POD_METRICS: WatchKind = {
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  plural: 'pods',
};

/**
 * This share of the interval figures are good for: who asks once in each shall
 * not get the last ones again because a timer was a moment early.
 */
const GOOD_FOR = 0.9;

/** Figures of one moment. They are small, and soon replaced: nothing of them is packed. */
interface Reading {
  objects: KubernetesObject[];
  connection: Connection;
  forbidden: boolean;
}

/** Reads usage figures once per interval, however many ask for them. */
export class PodMetricsReader {
  private readonly readings = new Map<string, Renewed<Reading>>();

  constructor(
    private readonly settings: WatchSettings,
    private readonly connect: (cluster: string) => Promise<KubeConfig>,
    private readonly describe: (cluster: string) => {
      clusterName: string;
      roleArn?: string;
    },
  ) {}

  async read({
    cluster,
    namespace,
    labelSelector,
  }: Omit<WatchQuery, 'kind'>): Promise<WatchResult> {
    const matches = labelMatcher(labelSelector);
    let reading = await this.reading(cluster, undefined).get();
    if (reading.forbidden && namespace !== undefined) {
      reading = await this.reading(cluster, namespace).get();
    }
    return {
      objects: reading.objects.filter(
        ({ metadata }) =>
          (namespace === undefined || metadata?.namespace === namespace) &&
          matches(metadata?.labels ?? {}),
      ),
      connection: reading.connection,
    };
  }

  /** Forgets what was read of clusters that nobody looks at. */
  keepOnly(clusters: ReadonlySet<string>): void {
    for (const key of this.readings.keys()) {
      if (!clusters.has(key.split('\n')[0])) {
        this.readings.delete(key);
      }
    }
  }

  private reading(cluster: string, namespace: string | undefined) {
    return getOrMake(
      this.readings,
      `${cluster}\n${namespace ?? ''}`,
      () =>
        new Renewed(async () => {
          const askedAt = Date.now();
          return {
            value: await this.ask(cluster, namespace),
            until: askedAt + this.settings.metricsMs * GOOD_FOR,
          };
        }),
    );
  }

  private async ask(
    cluster: string,
    namespace: string | undefined,
  ): Promise<Reading> {
    const since = new Date().toISOString();
    try {
      const pages = listPages({
        kubeConfig: await this.connect(cluster),
        kind: POD_METRICS,
        ...(namespace !== undefined && { namespace }),
        settings: this.settings,
        signal: AbortSignal.timeout(this.settings.answerMs),
      });
      const objects: KubernetesObject[] = [];
      for await (const { items, type } of pages) {
        for (const item of items) {
          if (isKubernetesObject(item)) {
            objects.push({ ...type, ...item });
          }
        }
      }
      return {
        objects,
        connection: { state: 'live', since, asOf: since },
        forbidden: false,
      };
    } catch (error) {
      const { error: mapped, cause } = explainKubernetesError(error, {
        ...this.describe(cluster),
        action: 'list pods.metrics.k8s.io',
      });
      const statusCode =
        error instanceof KubernetesStatusError ? error.statusCode : undefined;
      return {
        objects: [],
        connection: {
          state: mapped.name === 'NotAllowedError' ? 'denied' : 'unreachable',
          since,
          message: mapped.message,
          ...(cause && { cause }),
          ...(statusCode && { statusCode }),
        },
        forbidden: statusCode === 403,
      };
    }
  }
}

/** Whether it has what all objects have; of the rest nothing is promised. */
function isKubernetesObject(value: unknown): value is KubernetesObject {
  return isObject(value) && isObject(value.metadata);
}
