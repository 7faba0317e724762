import { html, Html } from '../html';
import { PipelineRunView } from '../views';
import { badge, nothing, Tone } from './parts';

const TONES: Record<string, Tone> = {
  succeeded: 'good',
  success: 'good',
  failed: 'bad',
  failure: 'bad',
  running: 'warn',
};

const state = (status: string) => badge(TONES[status] ?? 'muted', status);

function run(view: PipelineRunView): Html {
  return html`<article>
    <h3>
      ${view.repository}
      ${view.commit && html`<code>${view.commit.slice(0, 7)}</code>`}
      ${state(view.status)} ${badge('warn', 'simulated')}
    </h3>
    ${view.startedAt && html`<p class="muted">Started ${view.startedAt}</p>`}
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
export function renderPipelines(runs: readonly PipelineRunView[]): Html {
  return html`<p class="muted">
      What a repository's pipeline would do after a push is simulated here: no
      runner, no container is built.
    </p>
    ${runs.length ? runs.map(run) : nothing('No pipeline has run yet.')}`;
}
