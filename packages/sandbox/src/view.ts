import { AwsStandIn } from './aws';
import { describeCompute, viewRegistries, viewRoles } from './control/awsView';
import { viewObjects } from './control/clusterView';
import { GitRepositoryView, StateView, WorkloadView } from './control/views';
import type { GitHubStandIn } from './github';
import type { GitLabStandIn } from './gitlab';
import type { KubernetesStandIn } from './kubernetes';
import type { GitHost, PipelineRunner } from './pipeline';
import { ACCOUNTS } from './seed';

/** Which workload of which cluster. */
export interface WorkloadId {
  clusterArn: string;
  namespace: string;
  workload: string;
}

/** The loads that were set, so that the status page can show them. */
export class Loads {
  private readonly loads = new Map<string, number>();

  private static key({ clusterArn, namespace, workload }: WorkloadId) {
    return `${clusterArn}/${namespace}/${workload}`;
  }

  set(id: WorkloadId, cpuUtilization: number | undefined): void {
    if (cpuUtilization === undefined) {
      this.loads.delete(Loads.key(id));
    } else {
      this.loads.set(Loads.key(id), cpuUtilization);
    }
  }

  get(id: WorkloadId): number | undefined {
    return this.loads.get(Loads.key(id));
  }
}

/** What {@link viewState} looks at. */
export interface Viewed {
  aws: AwsStandIn;
  github: GitHubStandIn;
  gitlab: GitLabStandIn;
  pipelines: PipelineRunner;
  loads: Loads;
  clusterOf(arn: string): KubernetesStandIn | undefined;
}

const viewRepositories = (
  host: GitHost,
  url: string,
  repositories: GitHubStandIn['repositories'],
): GitRepositoryView[] =>
  repositories.list().map(({ owner, name, description }) => ({
    host,
    fullName: `${owner}/${name}`,
    url: `${url}/${owner}/${name}`,
    ...(description && { description }),
  }));

/** Everything that the sandbox plays right now. */
export function viewState(viewed: Viewed): StateView {
  const { aws, github, gitlab, pipelines, loads, clusterOf } = viewed;
  return {
    accounts: ACCOUNTS.map(({ id, name, regions }) => ({
      id,
      name,
      regions: [...regions],
    })),
    registries: viewRegistries(aws),
    roles: viewRoles(aws),
    clusters: aws.clusters().map(cluster => {
      const { arn, name, accountId, region, version } = cluster;
      const standIn = clusterOf(arn);
      const objects = standIn
        ? viewObjects(standIn.store)
        : {
            nodes: [],
            namespaces: [],
            workloads: [],
            pods: [],
            autoscalers: [],
          };
      const withLoad = (workload: WorkloadView): WorkloadView => {
        const cpuUtilization = loads.get({
          clusterArn: arn,
          namespace: workload.namespace,
          workload: workload.name,
        });
        return {
          ...workload,
          ...(cpuUtilization !== undefined && { cpuUtilization }),
        };
      };
      return {
        arn,
        name,
        accountId,
        region,
        version,
        ...(standIn && { endpoint: standIn.url }),
        compute: describeCompute(cluster),
        ...objects,
        workloads: objects.workloads.map(withLoad),
      };
    }),
    repositories: [
      ...viewRepositories('github', github.url, github.repositories),
      ...viewRepositories('gitlab', gitlab.url, gitlab.projects),
    ],
    pipelines: pipelines.runs(),
  };
}
