import { Html, html } from '../control/html';
import { STYLE } from '../control/page';
import type { Commit, TreeEntry } from './git';
import type { Repository } from './repositories';

/** A run of a repository's pipeline, as its page lists it. */
export interface RunLine {
  id: string;
  status: string;
  commit?: string;
  startedAt?: string;
  steps: { name: string; status: string; detail?: string }[];
}

function page(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p>
            The sandbox's stand-in for GitHub.
            <a href="/">All repositories</a>
          </p>
        </header>
        <main>${body}</main>
      </body>
    </html>`.text;
}

/** Every repository. */
export function renderIndex(repositories: Repository[]): string {
  return page(
    'Repositories',
    repositories.length === 0
      ? html`<p>There is no repository yet.</p>`
      : html`<ul>
          ${repositories.map(
            ({ owner, name, description }) =>
              html`<li>
                <a href="/${owner}/${name}">${owner}/${name}</a> ${description}
              </li>`,
          )}
        </ul>`,
  );
}

/** A folder of a repository, with its last commits at the top level. */
export function renderTree(options: {
  repository: Repository;
  branch: string;
  path: string;
  entries: TreeEntry[];
  commits: Commit[];
  readme?: string;
}): string {
  const { repository, branch, path, entries, commits, readme } = options;
  const base = `/${repository.owner}/${repository.name}`;
  const sorted = [...entries].sort(
    (a, b) =>
      Number(a.type === 'blob') - Number(b.type === 'blob') ||
      a.path.localeCompare(b.path),
  );
  return page(
    `${repository.owner}/${repository.name}${path && `: ${path}`}`,
    html`
      <p>${repository.description}</p>
      <p><a href="${base}/actions">Pipeline runs (simulated)</a></p>
      <section>
        <h2>Files on ${branch}</h2>
        <ul>
          ${sorted.map(
            entry =>
              html`<li>
                <a href="${base}/${entry.type}/${branch}/${entry.path}"
                  >${entry.path.split('/').pop()}${
                    entry.type === 'tree' && '/'
                  }</a
                >
              </li>`,
          )}
        </ul>
      </section>
      ${
        commits.length > 0 &&
        html`<section>
          <h2>Last commits</h2>
          <ul>
            ${commits.map(
              ({ sha, subject, author, date }) =>
                html`<li>
                  <code>${sha.slice(0, 7)}</code> ${subject} (${author},
                  ${date})
                </li>`,
            )}
          </ul>
        </section>`
      }
      ${
        readme !== undefined &&
        html`<section>
          <h2>README</h2>
          <pre tabindex="0">${readme}</pre>
        </section>`
      }
    `,
  );
}

/** A file of a repository. */
export function renderFile(
  repository: Repository,
  path: string,
  content: Buffer,
): string {
  return page(
    `${repository.owner}/${repository.name}: ${path}`,
    content.includes(0)
      ? html`<p>${content.length} bytes that are not text.</p>`
      : html`<pre tabindex="0">${content.toString('utf8')}</pre>`,
  );
}

/** The runs of a repository's pipeline. */
export function renderRuns(repository: Repository, runs: RunLine[]): string {
  return page(
    `${repository.owner}/${repository.name}: pipeline runs`,
    html`<p>
        Simulated: the sandbox plays what the repository's workflow would do.
      </p>
      ${
        runs.length === 0
          ? html`<p>There is no run yet.</p>`
          : runs.map(
              run =>
                html`<section>
                  <h2>
                    Run ${run.id}: ${run.status}
                    ${
                      run.commit !== undefined &&
                      html`(commit ${run.commit.slice(0, 7)})`
                    }
                  </h2>
                  <ol>
                    ${run.steps.map(
                      step =>
                        html`<li>
                          ${step.name}: ${step.status}
                          ${step.detail !== undefined && html`(${step.detail})`}
                        </li>`,
                    )}
                  </ol>
                </section>`,
            )
      }`,
  );
}
