import type { KubeConfig } from '@kubernetes/client-node';
import type { Connection } from '@slipway/backstage-plugin-eks-common/runtime';
import { mapKubernetesError } from '../kubernetes/mapKubernetesError';
import { KubernetesStatusError } from '../kubernetes/request';
import { getOrMake, Renewed } from '../lib/Renewed';
import { labelMatcher } from './labelSelector';
import { listAll } from './listAndWatch';
import { ObjectCache } from './ObjectCache';
import { Packing } from './Packing';
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

interface Reading {
  objects: ObjectCache;
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
      objects: reading.objects.select(namespace, matches),
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
      const { objects } = await listAll({
        kubeConfig: await this.connect(cluster),
        kind: POD_METRICS,
        ...(namespace !== undefined && { namespace }),
        settings: this.settings,
        packing: new Packing(),
        signal: AbortSignal.timeout(this.settings.answerMs),
      });
      return {
        objects,
        connection: { state: 'live', since, asOf: since },
        forbidden: false,
      };
    } catch (error) {
      const { name, message } = mapKubernetesError(error, {
        ...this.describe(cluster),
        action: 'list pods.metrics.k8s.io',
      });
      const statusCode =
        error instanceof KubernetesStatusError ? error.statusCode : undefined;
      return {
        objects: new ObjectCache(),
        connection: {
          state: name === 'NotAllowedError' ? 'denied' : 'unreachable',
          since,
          message,
          ...(statusCode && { statusCode }),
        },
        forbidden: statusCode === 403,
      };
    }
  }
}
