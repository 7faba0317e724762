import { type Entity, getCompoundEntityRef } from '@backstage/catalog-model';
import { useApi, useApiHolder } from '@backstage/core-plugin-api';
import { toError } from '@backstage/errors';
import {
  kubernetesApiRef,
  kubernetesAuthProvidersApiRef,
} from '@backstage/plugin-kubernetes-react';
import { useEffect, useState } from 'react';
import { eksApiRef } from '../api/EksApi';
import { KubernetesPoller } from './KubernetesPoller';
import {
  type Followed,
  NoBackendError,
  RuntimeFollower,
} from './RuntimeFollower';

/** After this long without an answer the page says what it waits for. */
const SLOW_MS = 10_000;
/** A page that nobody sees lets go of its connection after this long. */
const HIDDEN_MS = 60_000;

/** How far reading has come, and how true what is shown still is. */
export interface RuntimeState extends Followed {
  /** The first answer is awaited for longer than it should take. */
  slow: boolean;
}

const beginning: RuntimeState = {
  following: 'connecting',
  abilities: [],
  slow: false,
};

/**
 * What the entity has running, kept up to date while the page can be seen. An
 * older state stays when a later one cannot be had; `following` and `error`
 * then say so.
 */
export function useRuntime(entity: Entity): RuntimeState {
  const api = useApi(eksApiRef);
  const others = useApiHolder();
  const [state, setState] = useState<RuntimeState>(beginning);

  useEffect(() => {
    let running: { stop(): void } | undefined;
    let latest: Followed | undefined;
    let hiddenTimer: ReturnType<typeof setTimeout> | undefined;
    const onChange = (followed: Followed) => {
      latest = followed;
      setState({ ...followed, slow: false });
    };
    const slowTimer = setTimeout(
      () => setState(now => ({ ...now, slow: !now.runtime && !now.error })),
      SLOW_MS,
    );

    const pollInstead = () => {
      const kubernetes = others.get(kubernetesApiRef);
      const authProviders = others.get(kubernetesAuthProvidersApiRef);
      if (!kubernetes || !authProviders) {
        onChange({
          following: 'ended',
          abilities: [],
          error: new Error(
            'neither the EKS nor the Kubernetes backend is installed',
          ),
        });
        return;
      }
      const poller = new KubernetesPoller({
        entity,
        kubernetes,
        authProviders,
        onChange,
      });
      running = poller;
      poller.run();
    };
    const start = () => {
      const follower = new RuntimeFollower({
        api,
        entityRef: getCompoundEntityRef(entity),
        from: latest,
        onChange,
      });
      running = follower;
      follower.run().catch(error => {
        if (error instanceof NoBackendError) {
          pollInstead();
        } else {
          onChange({ following: 'lost', abilities: [], error: toError(error) });
        }
      });
    };
    const onVisibility = () => {
      clearTimeout(hiddenTimer);
      if (document.visibilityState === 'hidden') {
        hiddenTimer = setTimeout(() => {
          running?.stop();
          running = undefined;
        }, HIDDEN_MS);
      } else if (!running) {
        // Whoever comes back wants to see what is, not what was.
        start();
      }
    };

    setState(beginning);
    start();
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      running?.stop();
      clearTimeout(slowTimer);
      clearTimeout(hiddenTimer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [entity, api, others]);

  return state;
}
