import { html } from '../../control/html';
import { badge, nothing, section, type Tone } from '../../control/page/parts';
import { fullName, type Repository } from '../repositories';
import { preformatted } from './layout';
import { repositoryPage } from './repository';

/** A run of a repository's pipeline, as its page shows it. */
export interface RunView {
  id: string;
  status: string;
  commit: string;
  startedAt: string;
  steps: {
    name: string;
    status: string;
    detail?: string;
    log: readonly string[];
  }[];
}

const TONES: Record<string, Tone> = {
  succeeded: 'good',
  failed: 'bad',
  running: 'warn',
};

const state = (status: string) => badge(TONES[status] ?? 'muted', status);

/** The runs of a repository's pipeline. */
export function renderRuns(
  repository: Repository,
  runs: readonly RunView[],
): string {
  return repositoryPage(
    repository,
    `${fullName(repository)}: pipeline runs`,
    [
      html`<p class="banner">
        Simulated: the sandbox plays what the repository's workflow would do.
        The service's own tests are run where Node.js is the runtime; no
        container is built.
      </p>`,
      runs.length === 0
        ? nothing('There is no run yet.')
        : runs.map(run =>
            section(
              `run-${run.id}`,
              `Run ${run.id}`,
              html`<p>
                  ${state(run.status)} commit
                  <a href="/${fullName(repository)}/commit/${run.commit}"
                    ><code>${run.commit.slice(0, 7)}</code></a
                  >
                  <span class="muted">started ${run.startedAt}</span>
                </p>
                <ol>
                  ${run.steps.map(
                    step =>
                      html`<li>
                        ${step.name} ${state(step.status)}
                        ${
                          step.detail !== undefined &&
                          html`<span class="muted">${step.detail}</span>`
                        }
                        ${
                          step.log.length > 0 &&
                          html`<details>
                            <summary>Log</summary>
                            ${preformatted(
                              `Log of ${step.name}`,
                              step.log.join('\n'),
                            )}
                          </details>`
                        }
                      </li>`,
                  )}
                </ol>`,
            ),
          ),
    ],
    [{ text: 'Pipeline runs' }],
  );
}
