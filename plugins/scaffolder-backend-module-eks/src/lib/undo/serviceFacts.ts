import { ANNOTATION_LOCATION, type Entity } from '@backstage/catalog-model';
import {
  clusterArnsOf,
  ECR_ARN_ANNOTATION,
  KUBERNETES_NAMESPACE_ANNOTATION,
} from '@slipway/backstage-plugin-eks-common';

/**
 * Where a service's things are. All but `repoUrl` is what somebody wrote into
 * its catalog entry: it says where to look, never what belongs to the service.
 */
export interface ServiceFacts {
  clusterArns: string[];
  /** The namespace, where it is the same in every cluster. */
  namespace?: string;
  ecrArn?: string;
  /**
   * The repository that the catalog reads the entry from, as the repository
   * picker writes it. Who can write there can change the service; what an
   * annotation names may be anybody's.
   */
  repoUrl?: string;
  /** Address of the same repository's page. */
  repositoryPage?: string;
}

export function factsOf(entity: Entity): ServiceFacts {
  const { annotations = {} } = entity.metadata;
  return {
    clusterArns: clusterArnsOf(entity),
    namespace: annotations[KUBERNETES_NAMESPACE_ANNOTATION],
    ecrArn: annotations[ECR_ARN_ANNOTATION],
    ...repositoryOf(annotations[ANNOTATION_LOCATION] ?? ''),
  };
}

/**
 * `url:https://github.com/acme/orders/blob/main/catalog-info.yaml` → `github.com?owner=acme&repo=orders`;
 * GitLab has groups in groups, and `/-/` between a project and what is in it.
 */
function repositoryOf(
  location: string,
): Pick<ServiceFacts, 'repoUrl' | 'repositoryPage'> {
  const target = location.replace(/^url:/, '');
  if (target === location || !URL.canParse(target)) {
    return {};
  }
  const { host, origin, pathname } = new URL(target);
  const [, gitlabOwner, gitlabRepo] =
    /^\/(.+)\/([^/]+)\/-\/(?:blob|tree)\//.exec(pathname) ?? [];
  const [, githubOwner, githubRepo] =
    /^\/([^/]+)\/([^/]+)\/(?:blob|tree)\//.exec(pathname) ?? [];
  const owner = gitlabOwner ?? githubOwner;
  const repo = gitlabRepo ?? githubRepo;
  if (!owner || !repo) {
    return {};
  }
  const query = new URLSearchParams({
    owner: decodeURIComponent(owner),
    repo: decodeURIComponent(repo),
  });
  return {
    repoUrl: `${host}?${query}`,
    repositoryPage: `${origin}/${owner}/${repo}`,
  };
}
