import { html, type HtmlValue } from '../../control/html';
import { nothing, section, table } from '../../control/page/parts';
import type { Commit, TreeEntry } from '../git';
import { fullName, type PullRequest, type Repository } from '../repositories';
import { encodePath, page, preformatted, type Crumb } from './layout';

const MAX_TEXT = 512 * 1024;

const base = (repository: Repository) => `/${fullName(repository)}`;

/** A page of a repository, below its name. */
export function repositoryPage(
  repository: Repository,
  title: string,
  body: HtmlValue,
  crumbs: readonly Crumb[] = [],
): string {
  const href = base(repository);
  return page({
    title,
    crumbs: [
      { text: 'All repositories', href: '/' },
      { text: repository.owner, href: `/${repository.owner}` },
      { text: repository.name, href },
      ...crumbs,
    ],
    tabs: [
      { text: 'Code', href },
      { text: 'Pull requests', href: `${href}/pulls` },
      { text: 'Pipeline runs (simulated)', href: `${href}/actions` },
    ],
    body,
  });
}

/** A file or folder, as far as an address names it. */
export interface Place {
  repository: Repository;
  ref: string;
  path: string;
}

function pathCrumbs({ repository, ref, path }: Place): Crumb[] {
  const parts = path.split('/').filter(Boolean);
  return parts.map((text, index) => ({
    text,
    ...(index < parts.length - 1 && {
      href: `${base(repository)}/tree/${encodePath(ref)}/${encodePath(
        parts.slice(0, index + 1).join('/'),
      )}`,
    }),
  }));
}

/** A folder, with the last commits and the README at the top. */
export function renderTree(
  place: Place,
  content: {
    entries: readonly TreeEntry[];
    commits: readonly Commit[];
    cloneUrl: string;
    readme?: string;
  },
): string {
  const { repository, ref, path } = place;
  const { entries, commits, cloneUrl, readme } = content;
  const sorted = [...entries].sort(
    (a, b) =>
      Number(a.type === 'blob') - Number(b.type === 'blob') ||
      a.path.localeCompare(b.path),
  );
  const rows = sorted.map(entry => [
    html`<a
      href="${base(repository)}/${entry.type}/${encodePath(ref)}/${encodePath(
        entry.path,
      )}"
      >${entry.path.split('/').pop()}${entry.type === 'tree' && '/'}</a
    >`,
    entry.size !== undefined && `${entry.size} bytes`,
  ]);
  return repositoryPage(
    repository,
    path ? `${fullName(repository)}: ${path}` : fullName(repository),
    [
      !path &&
        html`<p>${repository.description}</p>
          <p class="muted">
            <code>git clone ${cloneUrl}</code>
            ${
              repository.visibility !== 'public' &&
              'asks for a user, which may be anything, and for a password: the token of the sandbox.'
            }
          </p>`,
      section(
        'files',
        `Files on ${ref}`,
        rows.length
          ? table(
              `Files of ${path || 'the repository'}`,
              ['Name', 'Size'],
              rows,
            )
          : nothing('Nothing has been pushed yet.'),
      ),
      commits.length > 0 &&
        section('commits', 'Last commits', commitTable(repository, commits)),
      readme !== undefined &&
        section('readme', 'README', preformatted('README', readme)),
    ],
    pathCrumbs(place),
  );
}

function commitTable(repository: Repository, commits: readonly Commit[]) {
  return table(
    'Last commits',
    ['Commit', 'Message', 'Author', 'Time'],
    commits.map(({ sha, message, author, committer }) => [
      html`<a href="${base(repository)}/commit/${sha}"
        ><code>${sha.slice(0, 7)}</code></a
      >`,
      message.split('\n')[0],
      author.name,
      committer.date,
    ]),
  );
}

/** A file. */
export function renderFile(place: Place, content: Buffer): string {
  const { repository, ref, path } = place;
  const raw = `${base(repository)}/raw/${encodePath(ref)}/${encodePath(path)}`;
  const text = content.subarray(0, MAX_TEXT).toString('utf8');
  return repositoryPage(
    repository,
    `${fullName(repository)}: ${path}`,
    section(
      'file',
      path.split('/').pop() ?? path,
      html`<p class="muted">
          ${content.length} bytes on ${ref} · <a href="${raw}">raw</a>
          ${content.length > MAX_TEXT && '· the beginning is shown'}
        </p>
        ${
          content.includes(0)
            ? nothing('This is not text.')
            : preformatted(path, text)
        }`,
    ),
    pathCrumbs(place),
  );
}

/** A commit and what it changes. */
export function renderCommit(
  repository: Repository,
  commit: Commit,
  patch: string,
): string {
  const short = commit.sha.slice(0, 7);
  return repositoryPage(
    repository,
    `${fullName(repository)}: commit ${short}`,
    section(
      'commit',
      commit.message.split('\n')[0],
      html`<p class="muted">
          <code>${commit.sha}</code> by ${commit.author.name},
          ${commit.committer.date}
        </p>
        ${preformatted('Change', patch.slice(0, MAX_TEXT))}`,
    ),
    [{ text: short }],
  );
}

const stateOf = (pull: PullRequest) => (pull.merged ? 'merged' : pull.state);

/** The pull requests of a repository. */
export function renderPulls(repository: Repository): string {
  const pulls = [...repository.pulls].sort((a, b) => b.number - a.number);
  return repositoryPage(
    repository,
    `${fullName(repository)}: pull requests`,
    section(
      'pulls',
      'Pull requests',
      pulls.length
        ? table(
            'Pull requests',
            ['Number', 'Title', 'State', 'From', 'Into'],
            pulls.map(pull => [
              html`<a href="${base(repository)}/pull/${pull.number}"
                >#${pull.number}</a
              >`,
              pull.title,
              stateOf(pull),
              pull.head,
              pull.base,
            ]),
          )
        : nothing('There is no pull request yet.'),
    ),
    [{ text: 'Pull requests' }],
  );
}

/** One pull request. */
export function renderPull(
  repository: Repository,
  pull: PullRequest,
  patch: string,
): string {
  return repositoryPage(
    repository,
    `${fullName(repository)}: #${pull.number} ${pull.title}`,
    section(
      'pull',
      pull.title,
      html`<p class="muted">
          ${stateOf(pull)}, from ${pull.head} into ${pull.base}
        </p>
        ${pull.body && preformatted('Description', pull.body)}
        ${patch && preformatted('Change', patch.slice(0, MAX_TEXT))}`,
    ),
    [
      { text: 'Pull requests', href: `${base(repository)}/pulls` },
      { text: `#${pull.number}` },
    ],
  );
}
