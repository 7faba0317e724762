/**
 * What the portal calls a git host: the name of its integration. Repositories
 * are made on the two that are named; others are texts.
 *
 * @public
 */
export type GitHostKind = 'github' | 'gitlab';

/** What each pipeline runs on, and what somebody can take instead. */
const PIPELINES: Record<
  string,
  { hosts: GitHostKind[]; name: string; instead: string }
> = {
  'github-actions': {
    hosts: ['github'],
    name: 'GitHub Actions',
    instead: 'the pipeline gitlab-ci or codepipeline',
  },
  'gitlab-ci': {
    hosts: ['gitlab'],
    name: 'GitLab CI/CD',
    instead: 'the pipeline github-actions or codepipeline',
  },
  codepipeline: {
    hosts: ['github', 'gitlab'],
    name: 'AWS CodePipeline',
    instead: 'another host',
  },
};

const HOSTS: Record<GitHostKind, string> = {
  github: 'GitHub',
  gitlab: 'GitLab',
};

/**
 * On which git hosts a pipeline runs; all where it is not known.
 *
 * @public
 */
export function pipelineHosts(pipeline: string): GitHostKind[] {
  return PIPELINES[pipeline]?.hosts ?? ['github', 'gitlab'];
}

/**
 * What is wrong with a pipeline for a repository on a git host: each runs on
 * its own host, and CodePipeline where its connections reach.
 *
 * @param host - such as `gitlab.com`
 * @param kind - name of the host's integration: `github`, `gitlab`, `bitbucketCloud`, …
 * @returns a sentence that starts with the field's name, or undefined.
 * @public
 */
export function validatePipelineHost(options: {
  pipeline: string;
  host: string;
  kind: string;
}): string | undefined {
  const { pipeline, host, kind } = options;
  const { hosts, name, instead } = PIPELINES[pipeline] ?? {};
  if (!hosts || hosts.some(known => known === kind)) {
    return undefined;
  }
  const reached = hosts.map(known => HOSTS[known]);
  const known = Object.entries(HOSTS).find(([id]) => id === kind);
  return known
    ? `repoUrl: ${name} runs in repositories on ${reached.join(' and ')} alone, and ${host} is ${known[1]}; choose a repository on ${reached.join(' or ')}, or ${instead}.`
    : `repoUrl: services are made in repositories on GitHub and GitLab, and ${host} is neither; choose ${reached.join(' or ')}.`;
}
