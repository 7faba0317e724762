import { html, Html } from '../html';
import {
  AccountView,
  ImageView,
  RegistryRepositoryView,
  RoleView,
  StateView,
} from '../views';
import { nothing, table } from './parts';

function findingsText(findings: ImageView['findings']): string {
  if (!findings) {
    return 'not scanned';
  }
  const counts = Object.entries(findings).map(
    ([severity, count]) => `${count} ${severity.toLowerCase()}`,
  );
  return counts.join(', ') || 'no findings';
}

const imageRow = (image: ImageView) => [
  html`<code>${image.digest.slice(0, 19)}</code>`,
  image.tags.map(tag => html`<code>${tag}</code> `),
  image.pushedAt,
  findingsText(image.findings),
];

function repository(view: RegistryRepositoryView): Html {
  return html`<h4>${view.name}</h4>
    <p class="muted">
      <code>${view.uri}</code> in ${view.region}, tags ${view.tagMutability}
    </p>
    ${
      view.images.length
        ? table(
            `Images of ${view.name}`,
            ['Digest', 'Tags', 'Pushed', 'Scan'],
            view.images.map(imageRow),
          )
        : nothing('No images yet.')
    }`;
}

const code = (text: string) => html`<code>${text}</code>`;

/** One in each line. */
const lines = (texts: readonly string[]) =>
  texts.map(text => html`<div>${code(text)}</div>`);

const roleRow = ({ arn, trusts, policies, boundary, owner }: RoleView) => [
  code(arn.replace(/^.*:role/, '')),
  owner ? code(owner) : '',
  lines(trusts),
  lines(policies),
  boundary ? code(boundary.replace(/^.*:policy/, '')) : '',
];

function account(
  view: AccountView,
  repositories: readonly RegistryRepositoryView[],
  roles: readonly RoleView[],
): Html {
  return html`<h3>${view.name} (${view.id})</h3>
    <p class="muted">${view.regions.join(', ')}</p>
    ${
      repositories.length
        ? repositories.map(repository)
        : nothing('No ECR repositories yet.')
    }
    ${table(
      `IAM roles of ${view.name}`,
      ['Role', 'Owner', 'Who may take it', 'Policies', 'Boundary'],
      roles.map(roleRow),
    )}`;
}

/** The AWS accounts with their repositories in ECR and their roles. */
export function renderAccounts(state: StateView): Html {
  return html`${state.accounts.map(view =>
    account(
      view,
      state.registries.filter(({ accountId }) => accountId === view.id),
      state.roles.filter(({ accountId }) => accountId === view.id),
    ),
  )}`;
}
