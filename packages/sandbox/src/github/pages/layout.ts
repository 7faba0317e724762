import { html, type Html, type HtmlValue } from '../../control/html';
import { STYLE as BASE_STYLE } from '../../control/page';

/** Where the pages' style is; no owner can have this name. */
export const STYLE_PATH = '/-/style.css';

/** Look of the pages: the status page's, and what code needs. */
export const STYLE = `${BASE_STYLE}
pre { overflow-x: auto; font: 13px/1.5 ui-monospace, monospace; margin: 0; }
.crumbs { font-size: 18px; overflow-wrap: anywhere; }
details { margin: 4px 0; }
`;

/** Nothing that a repository contains is run, wherever it is shown. */
export const POLICY =
  "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A link in the line that says where one is. */
export interface Crumb {
  text: string;
  href?: string;
}

/** A whole page. */
export function page(options: {
  title: string;
  crumbs?: readonly Crumb[];
  tabs?: readonly Crumb[];
  body: HtmlValue;
}): string {
  const { title, crumbs = [], tabs = [], body } = options;
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · git stand-in</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${STYLE_PATH}" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header>
          <p class="banner">
            <strong>This is a stand-in for a git host</strong>, part of the
            Slipway sandbox: it keeps real git repositories on this machine, and
            nobody has to sign in to look at them.
          </p>
          <h1>${title}</h1>
          ${
            crumbs.length > 0 &&
            html`<nav aria-label="Where this is">
              <ul class="crumbs">
                ${crumbs.map(crumb => html`<li>${link(crumb)}</li>`)}
              </ul>
            </nav>`
          }
          ${
            tabs.length > 0 &&
            html`<nav aria-label="Parts of the repository">
              <ul>
                ${tabs.map(tab => html`<li>${link(tab)}</li>`)}
              </ul>
            </nav>`
          }
        </header>
        <main id="content">${body}</main>
      </body>
    </html>`.text;
}

/** A text, with a link where it leads somewhere. */
export const link = ({ text, href }: Crumb): Html =>
  href === undefined
    ? html`<span aria-current="page">${text}</span>`
    : html`<a href="${href}">${text}</a>`;

/** A path in an address; every part is encoded by itself. */
export const encodePath = (path: string): string =>
  path.split('/').map(encodeURIComponent).join('/');

/** Text that keeps its lines. */
export const preformatted = (label: string, text: string): Html =>
  html`<pre tabindex="0" role="region" aria-label="${label}">${text}</pre>`;
