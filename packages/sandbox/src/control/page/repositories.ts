import { html, Html } from '../html';
import { GitRepositoryView } from '../views';
import { nothing } from './parts';

/** Only addresses that a browser opens as a page. */
const isPage = (url: string) => /^https?:\/\//.test(url);

function repository(view: GitRepositoryView): Html {
  const { host, fullName, url, description } = view;
  return html`<li>
    ${isPage(url) ? html`<a href="${url}">${fullName}</a>` : fullName}
    <span class="muted">${host === 'gitlab' ? 'GitLab' : 'GitHub'}</span>
    ${description && html`<span class="muted">${description}</span>`}
  </li>`;
}

/** The repositories on the git stand-ins. */
export function renderRepositories(
  repositories: readonly GitRepositoryView[],
): Html {
  return repositories.length
    ? html`<ul>
        ${repositories.map(repository)}
      </ul>`
    : nothing('No repositories yet.');
}
