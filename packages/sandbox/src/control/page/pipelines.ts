import { html, Html } from '../html';
import type { PipelineRun, PipelineStatus } from '../../pipeline/types';
import { badge, nothing, Tone } from './parts';

const TONES: Record<PipelineStatus, Tone> = {
  queued: 'muted',
  running: 'warn',
  succeeded: 'good',
  failed: 'bad',
  skipped: 'muted',
};

const state = (status: PipelineStatus) => badge(TONES[status], status);

function run(view: PipelineRun): Html {
  return html`<article>
    <h3>
      ${view.repository}
      <span class="muted">${view.host === 'gitlab' ? 'GitLab' : 'GitHub'}</span>
      <code>${view.commit.slice(0, 7)}</code>
      ${state(view.status)} ${badge('warn', 'simulated')}
    </h3>
    <p class="muted">Started ${view.startedAt}</p>
    <ol class="steps">
      ${view.steps.map(
        step =>
          html`<li>
            ${step.name} ${state(step.status)}
            ${step.detail && html`<br /><span class="muted">${step.detail}</span>`}
          </li>`,
      )}
    </ol>
  </article>`;
}

/** The pipeline runs, newest first. */
export function renderPipelines(runs: readonly PipelineRun[]): Html {
  return html`<p class="muted">
      What a repository's pipeline would do after a push is simulated here: no
      runner, no container is built.
    </p>
    ${runs.length ? runs.map(run) : nothing('No pipeline has run yet.')}`;
}
