const MAX_LENGTH = 200;

/**
 * Starts of template syntax. The description reaches files that templates
 * (nunjucks, GitHub Actions, Helm, ERB) may be run over later.
 */
const TEMPLATE_SYNTAX = ['${{', '{{', '{%', '{#', '${', '<%', '$('];

/**
 * What is wrong with a description: one line of at most 200 characters that
 * holds no control characters and no template syntax. All else, quotes, colons
 * and emoji included, is encoded for the place where it lands.
 *
 * @returns a sentence that starts with the field's name, or undefined.
 * @public
 */
export function validateDescription(description: string): string | undefined {
  if (description.length > MAX_LENGTH) {
    return `description: use at most ${MAX_LENGTH} characters, not ${description.length}.`;
  }
  // Line breaks would end a YAML scalar or a comment early.
  if (/[\p{Cc}\u2028\u2029]/u.test(description)) {
    return 'description: use one line without control characters.';
  }
  // These turn what a reader sees around.
  if (/[\u202A-\u202E\u2066-\u2069]/.test(description)) {
    return 'description: leave out characters that change the direction of text.';
  }
  const syntax = TEMPLATE_SYNTAX.find(start => description.includes(start));
  if (syntax) {
    return `description: leave out "${syntax}", which starts template syntax.`;
  }
  return undefined;
}
