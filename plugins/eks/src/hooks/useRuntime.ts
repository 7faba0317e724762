import type { Entity } from '@backstage/catalog-model';
import { useApi } from '@backstage/core-plugin-api';
import { toError } from '@backstage/errors';
import type { KubernetesRequestBody } from '@backstage/plugin-kubernetes-common';
import {
  kubernetesApiRef,
  kubernetesAuthProvidersApiRef,
  type KubernetesApi,
  type KubernetesAuthProvidersApi,
} from '@backstage/plugin-kubernetes-react';
import { useEffect, useState } from 'react';
import {
  toRuntime,
  type Runtime,
} from '@slipway/backstage-plugin-eks-common/runtime';

const POLL_INTERVAL = 5_000;
/** After this long without an answer the page says what it waits for. */
const SLOW_AFTER = 10_000;

/** How far reading has come, and how true what is shown still is. */
export interface RuntimeState {
  /** The last answer; undefined until the first one. */
  runtime?: Runtime;
  /** When that answer came. */
  updatedAt?: Date;
  /** Why the last try failed; undefined after one that did not. */
  error?: Error;
  /** An answer is awaited for longer than it should take. */
  slow: boolean;
}

/**
 * What the entity has running, read again every five seconds while the page
 * can be seen. An older answer stays when a later one cannot be had; `error`
 * then says so.
 */
export function useRuntime(entity: Entity): RuntimeState {
  const kubernetes = useApi(kubernetesApiRef);
  const authProviders = useApi(kubernetesAuthProvidersApiRef);
  const [state, setState] = useState<RuntimeState>({ slow: false });

  useEffect(() => {
    let stopped = false;
    let asking = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const update = (next: (previous: RuntimeState) => RuntimeState) => {
      if (!stopped) {
        setState(next);
      }
    };

    const poll = async () => {
      asking = true;
      const slowTimer = setTimeout(
        () => update(previous => ({ ...previous, slow: true })),
        SLOW_AFTER,
      );
      try {
        const runtime = await readRuntime({
          entity,
          kubernetes,
          authProviders,
        });
        update(() => ({ runtime, updatedAt: new Date(), slow: false }));
      } catch (error) {
        update(previous => ({
          ...previous,
          error: toError(error),
          slow: false,
        }));
      } finally {
        clearTimeout(slowTimer);
        asking = false;
      }
      if (!stopped && document.visibilityState !== 'hidden') {
        timer = setTimeout(poll, POLL_INTERVAL);
      }
    };
    const onVisibility = () => {
      clearTimeout(timer);
      // Whoever comes back wants to see what is, not what was.
      if (document.visibilityState !== 'hidden' && !asking) {
        poll();
      }
    };

    document.addEventListener('visibilitychange', onVisibility);
    setState({ slow: false });
    poll();
    return () => {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [entity, kubernetes, authProviders]);

  return state;
}

async function readRuntime(options: {
  entity: Entity;
  kubernetes: KubernetesApi;
  authProviders: KubernetesAuthProvidersApi;
}): Promise<Runtime> {
  const { entity, kubernetes, authProviders } = options;
  const clusters = await kubernetes.getClusters();
  const providers = new Set(
    clusters.map(({ authProvider, oidcTokenProvider }) =>
      oidcTokenProvider ? `${authProvider}.${oidcTokenProvider}` : authProvider,
    ),
  );
  let request: KubernetesRequestBody = { entity };
  for (const provider of providers) {
    // One after the other: each adds its token to the request before it.
    request = await authProviders.decorateRequestBodyForAuth(provider, request);
  }
  const answer = await kubernetes.getObjectsByEntity(request);
  return toRuntime({
    entity,
    answer,
    knownClusters: clusters.map(({ name }) => name),
  });
}
