import type {
  ClusterRuntime,
  Pod,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { useSearchParams } from 'react-router-dom';

const PARAMETER = 'pod';

/** A link within the page that opens a pod. */
export const linkToPod = ({ id }: Pick<Pod, 'id'>) => ({
  search: `?${new URLSearchParams({ [PARAMETER]: id })}`,
});

/** The pod that the address names, if it names one. */
export function useChosenPod(clusters: ClusterRuntime[]): {
  /** As the address has it. */
  id: string | undefined;
  /** Undefined when it is not there, or not any more. */
  pod: Pod | undefined;
  close(): void;
} {
  const [parameters, setParameters] = useSearchParams();
  const id = parameters.get(PARAMETER) ?? undefined;
  return {
    id,
    pod: clusters
      .flatMap(({ pods }) => pods)
      .find(candidate => candidate.id === id),
    close: () =>
      setParameters(
        now => {
          now.delete(PARAMETER);
          return now;
        },
        // Going back leads to where the pod was opened from, not into it again.
        { replace: true },
      ),
  };
}
