import { validatePipelineHost } from './pipelines';

it.each([
  ['github-actions', 'github'],
  ['gitlab-ci', 'gitlab'],
  ['codepipeline', 'github'],
  ['codepipeline', 'gitlab'],
])('takes %s for a repository on %s', (pipeline, kind) => {
  expect(
    validatePipelineHost({ pipeline, kind, host: 'git.example.com' }),
  ).toBeUndefined();
});

it.each([
  [
    'github-actions',
    'gitlab',
    'repoUrl: GitHub Actions runs in repositories on GitHub alone, and git.example.com is GitLab; choose a repository on GitHub, or the pipeline gitlab-ci or codepipeline.',
  ],
  [
    'gitlab-ci',
    'github',
    'repoUrl: GitLab CI/CD runs in repositories on GitLab alone, and git.example.com is GitHub; choose a repository on GitLab, or the pipeline github-actions or codepipeline.',
  ],
  [
    'codepipeline',
    'gerrit',
    'repoUrl: services are made in repositories on GitHub and GitLab, and git.example.com is neither; choose GitHub or GitLab.',
  ],
  [
    'gitlab-ci',
    'bitbucketCloud',
    'repoUrl: services are made in repositories on GitHub and GitLab, and git.example.com is neither; choose GitLab.',
  ],
])('says why %s cannot be on %s, and what can', (pipeline, kind, sentence) => {
  expect(
    validatePipelineHost({ pipeline, kind, host: 'git.example.com' }),
  ).toBe(sentence);
});
