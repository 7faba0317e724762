import { headOf, sizeOf, type Commit, type TreeEntry } from '../git';
import {
  fullName,
  type Owner,
  type PullRequest,
  type Repository,
} from '../repositories';
import type { RestContext } from './context';

/** Address of a repository in the API. */
export const apiUrl = (rest: RestContext, repository: Repository) =>
  `${rest.origin}/api/v3/repos/${fullName(repository)}`;

/** Address of a repository's page. */
export const pageUrl = (rest: RestContext, repository: Repository) =>
  `${rest.origin}/${fullName(repository)}`;

/** A user or organisation. */
export function ownerView(rest: RestContext, { login, id, type }: Owner) {
  return {
    login,
    id,
    node_id: `U_${id}`,
    type,
    url: `${rest.origin}/api/v3/users/${login}`,
    html_url: `${rest.origin}/${login}`,
  };
}

/** A repository, with what Backstage and its plugins read of it. */
export async function repositoryView(
  rest: RestContext,
  repository: Repository,
) {
  const { owner, ownerId, name } = repository;
  const page = pageUrl(rest, repository);
  const self = apiUrl(rest, repository);
  const ownerType = rest.repositories.owner(owner)?.type ?? 'Organization';
  return {
    id: repository.id,
    name,
    full_name: fullName(repository),
    private: repository.visibility !== 'public',
    visibility: repository.visibility,
    owner: ownerView(rest, { login: owner, id: ownerId, type: ownerType }),
    description: repository.description || null,
    homepage: repository.homepage || null,
    html_url: page,
    clone_url: `${page}.git`,
    git_url: `${page}.git`,
    url: self,
    archive_url: `${self}/{archive_format}{/ref}`,
    branches_url: `${self}/branches{/branch}`,
    commits_url: `${self}/commits{/sha}`,
    contents_url: `${self}/contents/{+path}`,
    trees_url: `${self}/git/trees{/sha}`,
    default_branch: repository.defaultBranch,
    size: await sizeOf(rest.directoryOf(repository)),
    topics: repository.topics,
    archived: repository.archived,
    disabled: false,
    fork: false,
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    pushed_at: repository.pushedAt,
    ...repository.settings,
    permissions: { admin: true, maintain: true, push: true, pull: true },
  };
}

/** A commit as the lists of the API show it. */
export function commitView(
  rest: RestContext,
  repository: Repository,
  commit: Commit,
) {
  const self = apiUrl(rest, repository);
  const { sha, tree, parents, author, committer, message } = commit;
  return {
    sha,
    commit: {
      message,
      author,
      committer,
      tree: { sha: tree, url: `${self}/git/trees/${tree}` },
      url: `${self}/git/commits/${sha}`,
    },
    url: `${self}/commits/${sha}`,
    html_url: `${pageUrl(rest, repository)}/commit/${sha}`,
    author: null,
    committer: null,
    parents: parents.map(parent => ({
      sha: parent,
      url: `${self}/commits/${parent}`,
    })),
  };
}

/** A commit as git's own part of the API shows it. */
export function gitCommitView(
  rest: RestContext,
  repository: Repository,
  commit: Commit,
) {
  const { commit: inner, ...outer } = commitView(rest, repository, commit);
  return {
    sha: outer.sha,
    url: inner.url,
    html_url: outer.html_url,
    message: inner.message,
    author: inner.author,
    committer: inner.committer,
    tree: inner.tree,
    parents: outer.parents,
  };
}

/** A file or folder, without its content. */
export function entryView(
  rest: RestContext,
  repository: Repository,
  ref: string,
  entry: TreeEntry,
) {
  const self = apiUrl(rest, repository);
  const page = pageUrl(rest, repository);
  const type = entry.type === 'blob' ? 'file' : 'dir';
  const path = encodeURI(entry.path);
  const pageKind = type === 'file' ? 'blob' : 'tree';
  return {
    type,
    name: entry.path.split('/').pop() ?? '',
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url: `${self}/contents/${path}?ref=${encodeURIComponent(ref)}`,
    html_url: `${page}/${pageKind}/${ref}/${path}`,
    git_url: `${self}/git/${entry.type}s/${entry.sha}`,
    download_url: type === 'file' ? `${page}/raw/${ref}/${path}` : null,
  };
}

/** A pull request; the branches are looked up as they are now. */
export async function pullView(
  rest: RestContext,
  repository: Repository,
  pull: PullRequest,
) {
  const directory = rest.directoryOf(repository);
  const branch = async (ref: string, known?: string) => ({
    ref,
    label: `${repository.owner}:${ref}`,
    sha: known ?? (await headOf(directory, ref)) ?? null,
    repo: { full_name: fullName(repository), id: repository.id },
  });
  return {
    id: repository.id * 1000 + pull.number,
    number: pull.number,
    state: pull.state,
    title: pull.title,
    body: pull.body || null,
    draft: pull.draft,
    user: ownerView(rest, rest.user),
    labels: pull.labels.map(name => ({ name })),
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.state === 'closed' ? pull.updatedAt : null,
    merged: pull.merged !== undefined,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.sha ?? null,
    head: await branch(pull.head, pull.merged?.headSha),
    base: await branch(pull.base),
    url: `${apiUrl(rest, repository)}/pulls/${pull.number}`,
    html_url: `${pageUrl(rest, repository)}/pull/${pull.number}`,
  };
}
