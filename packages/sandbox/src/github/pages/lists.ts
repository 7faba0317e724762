import { html } from '../../control/html';
import { badge, nothing, section, table } from '../../control/page/parts';
import { fullName, type Owner, type Repository } from '../repositories';
import { page } from './layout';

function repositoryTable(caption: string, repositories: readonly Repository[]) {
  return repositories.length === 0
    ? nothing('There is no repository yet.')
    : table(
        caption,
        ['Repository', 'Description', 'Visible', 'Last push'],
        repositories.map(repository => [
          html`<a href="/${fullName(repository)}">${fullName(repository)}</a>`,
          repository.description,
          badge('muted', repository.visibility),
          repository.pushedAt,
        ]),
      );
}

/** Owners and all their repositories. */
export function renderIndex(
  owners: readonly Owner[],
  repositories: readonly Repository[],
): string {
  return page({
    title: 'GitHub',
    body: [
      section(
        'owners',
        'Organisations and users',
        html`<ul>
          ${owners.map(
            ({ login, type }) =>
              html`<li>
                <a href="/${login}">${login}</a>
                <span class="muted">${type.toLocaleLowerCase('en-US')}</span>
              </li>`,
          )}
        </ul>`,
      ),
      section(
        'repositories',
        'Repositories',
        repositoryTable('All repositories', repositories),
      ),
    ],
  });
}

/** An organisation or user. */
export function renderOwner(
  owner: Owner,
  repositories: readonly Repository[],
): string {
  return page({
    title: owner.login,
    crumbs: [{ text: 'All repositories', href: '/' }, { text: owner.login }],
    body: section(
      'repositories',
      'Repositories',
      repositoryTable(`Repositories of ${owner.login}`, repositories),
    ),
  });
}
