import { Fault, JournalEntry } from '../../types';
import { html } from '../html';
import { StateView } from '../views';
import { renderClusters } from './clusters';
import { renderFaultForm, renderFaults } from './faults';
import { live, section } from './parts';
import { renderPipelines } from './pipelines';
import { renderAccounts } from './accounts';
import { renderRepositories } from './repositories';
import { renderRequests } from './requests';

export { SCRIPT } from './script';
export { STYLE } from './style';

/** What the status page shows. */
export interface PageContent {
  state: StateView;
  faults: readonly Fault[];
  /** Oldest first. */
  requests: readonly JournalEntry[];
}

const SECTIONS = [
  ['pipelines', 'Pipelines (simulated)'],
  ['clusters', 'EKS clusters'],
  ['accounts', 'AWS accounts, ECR and IAM'],
  ['repositories', 'Git repositories'],
  ['faults', 'Faults'],
  ['requests', 'Requests'],
] as const;

function bodies({ state, faults, requests }: PageContent) {
  return {
    pipelines: live('live-pipelines', renderPipelines(state.pipelines)),
    clusters: live('live-clusters', renderClusters(state.clusters)),
    accounts: live('live-accounts', renderAccounts(state)),
    repositories: live(
      'live-repositories',
      renderRepositories(state.repositories),
    ),
    faults: html`${renderFaultForm(state.clusters)}
      <p id="message" class="bad" role="status"></p>
      ${live('live-faults', renderFaults(faults))}`,
    requests: live('live-requests', renderRequests(requests)),
  };
}

/** The status page, for people. */
export function renderPage(content: PageContent): string {
  const body = bodies(content);
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Slipway sandbox</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/status.css" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header>
          <h1>Slipway sandbox</h1>
          <p class="banner">
            <strong>This is a stand-in.</strong> Nothing here is AWS,
            Kubernetes, GitHub or GitLab: this process plays them on this
            machine, and nothing leaves it. Pods and pipelines are simulated.
          </p>
          <nav aria-label="Parts of this page">
            <ul>
              ${SECTIONS.map(
                ([id, title]) => html`<li><a href="#${id}">${title}</a></li>`,
              )}
            </ul>
          </nav>
        </header>
        <main id="content">
          ${SECTIONS.map(([id, title]) => section(id, title, body[id]))}
        </main>
        <script src="/status.js" defer></script>
      </body>
    </html>`.text;
}
