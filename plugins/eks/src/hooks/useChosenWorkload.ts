import type {
  ClusterRuntime,
  Workload,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { useSearchParams } from 'react-router-dom';

const PARAMETER = 'workload';

type Cluster = Pick<ClusterRuntime, 'name'>;

const addressOf = ({ name }: Cluster, { id }: Workload) => `${name}/${id}`;

/** A link within the page that shows where a workload is. */
export const linkToWorkload = (cluster: Cluster, workload: Workload) => ({
  search: `?${new URLSearchParams({
    [PARAMETER]: addressOf(cluster, workload),
  })}`,
});

/** The workload that the address names, if it names one. */
export function useChosenWorkload(): {
  isChosen(cluster: Cluster, workload: Workload): boolean;
  /** Its name as the address has it, when none of the clusters has it. */
  missingFrom(clusters: ClusterRuntime[]): string | undefined;
} {
  const [parameters] = useSearchParams();
  const address = parameters.get(PARAMETER) ?? undefined;
  const isChosen = (cluster: Cluster, workload: Workload) =>
    address === addressOf(cluster, workload);
  return {
    isChosen,
    missingFrom: clusters =>
      clusters.some(cluster =>
        cluster.workloads.some(workload => isChosen(cluster, workload)),
      )
        ? undefined
        : address?.split('/').at(-1),
  };
}
