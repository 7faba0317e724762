/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

/** What a template takes; everything but {@link Html} is escaped. */
export type HtmlValue =
  Html | string | number | boolean | undefined | readonly HtmlValue[];

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function render(value: HtmlValue): string {
  if (value instanceof Html) {
    return value.text;
  }
  if (typeof value === 'string' || typeof value === 'number') {
    return String(value).replace(/[&<>"']/g, character => ESCAPES[character]);
  }
  if (value === undefined || typeof value === 'boolean') {
    return '';
  }
  return value.map(render).join('');
}

/**
 * A template whose values are escaped, since they come from repositories,
 * manifests and requests. Booleans and undefined are left out, so that
 * `condition && html…` reads well.
 */
export function html(
  strings: TemplateStringsArray,
  ...values: HtmlValue[]
): Html {
  return new Html(
    strings.reduce(
      (text, part, index) => text + render(values[index - 1]) + part,
    ),
  );
}
