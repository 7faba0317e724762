/** Text of strangers, as a piece of code in Markdown, in tables too. */
export function code(text: string): string {
  const plain = text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?')
    .replace(/[`|]/g, '?')
    .slice(0, 300);
  return `\`${plain}\``;
}
