import type { Entity } from '@backstage/catalog-model';
import { toError } from '@backstage/errors';
import type { KubernetesRequestBody } from '@backstage/plugin-kubernetes-common';
import type {
  KubernetesApi,
  KubernetesAuthProvidersApi,
} from '@backstage/plugin-kubernetes-react';
import {
  type Runtime,
  toRuntime,
} from '@slipway/backstage-plugin-eks-common/runtime';
import type { Followed } from './RuntimeFollower';

const POLL_MS = 5_000;

/**
 * Reads what an entity has running through the official Kubernetes plugin,
 * every five seconds: for portals whose backend has no EKS plugin.
 */
export class KubernetesPoller {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;
  private state: Followed = { following: 'connecting', abilities: [] };

  constructor(
    private readonly options: {
      entity: Entity;
      kubernetes: KubernetesApi;
      authProviders: KubernetesAuthProvidersApi;
      onChange(state: Followed): void;
    },
  ) {}

  async run(): Promise<void> {
    try {
      const runtime = await this.read();
      this.change({
        following: 'polling',
        withoutBackend: true,
        runtime,
        updatedAt: new Date(),
        error: undefined,
      });
    } catch (error) {
      this.change({ following: 'lost', error: toError(error) });
    }
    if (!this.stopped) {
      this.timer = setTimeout(() => this.run(), POLL_MS);
    }
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private change(change: Partial<Followed>): void {
    if (!this.stopped) {
      this.state = { ...this.state, ...change };
      this.options.onChange(this.state);
    }
  }

  private async read(): Promise<Runtime> {
    const { entity, kubernetes, authProviders } = this.options;
    const clusters = await kubernetes.getClusters();
    const providers = new Set(
      clusters.map(({ authProvider, oidcTokenProvider }) =>
        oidcTokenProvider
          ? `${authProvider}.${oidcTokenProvider}`
          : authProvider,
      ),
    );
    let request: KubernetesRequestBody = { entity };
    for (const provider of providers) {
      // One after the other: each adds its token to the request before it.
      request = await authProviders.decorateRequestBodyForAuth(
        provider,
        request,
      );
    }
    const answer = await kubernetes.getObjectsByEntity(request);
    return toRuntime({
      entity,
      answer,
      knownClusters: clusters.map(({ name }) => name),
    });
  }
}
