import { html, Html } from '../html';
import {
  AccountView,
  ImageView,
  RegistryRepositoryView,
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

function account(
  view: AccountView,
  repositories: readonly RegistryRepositoryView[],
): Html {
  return html`<h3>${view.name} (${view.id})</h3>
    <p class="muted">${view.regions.join(', ')}</p>
    ${
      repositories.length
        ? repositories.map(repository)
        : nothing('No ECR repositories yet.')
    }`;
}

/** The AWS accounts with their repositories in ECR. */
export function renderAccounts(state: StateView): Html {
  return html`${state.accounts.map(view =>
    account(
      view,
      state.registries.filter(({ accountId }) => accountId === view.id),
    ),
  )}`;
}
