import { html, Html, HtmlValue } from '../html';

/** A table that scrolls sideways on small screens. */
export function table(
  caption: string,
  headings: readonly string[],
  rows: readonly HtmlValue[][],
): Html {
  return html`<div
    class="scroll"
    tabindex="0"
    role="region"
    aria-label="${caption}"
  >
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${headings.map(heading => html`<th scope="col">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          cells =>
            html`<tr>
              ${cells.map(cell => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** How good a state is, for its colour; the word itself always says it too. */
export type Tone = 'good' | 'bad' | 'warn' | 'muted';

/** A state in words. */
export const badge = (tone: Tone, text: string): Html =>
  html`<span class="badge ${tone}">${text}</span>`;

/** A line for a list with nothing in it. */
export const nothing = (text: string): Html =>
  html`<p class="muted">${text}</p>`;

/** One part of the page. */
export const section = (id: string, title: string, body: HtmlValue): Html =>
  html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${body}
  </section>`;

/** A part that draws itself anew while the page is open. */
export const live = (id: string, body: HtmlValue): Html =>
  html`<div id="${id}" data-live>${body}</div>`;

/** Time of the day of an ISO 8601 time, as UTC. */
export const timeOf = (iso: string): string => iso.slice(11, 19);
