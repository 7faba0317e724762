/**
 * AWS's own pattern for names of ECR repositories: lower-case words joined by
 * single separators, in parts that are separated by slashes.
 */
const pattern =
  /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/**
 * Says why ECR would refuse a repository's name, or nothing if it would not.
 *
 * @param name - name with its namespaces, e.g. `shop/orders`; 2 to 256 characters
 * @public
 */
export function explainRepositoryName(name: string): string | undefined {
  if (name.length < 2 || name.length > 256) {
    return `a repository's name has 2 to 256 characters, this one has ${name.length}`;
  }
  if (!/^[a-z]/.test(name)) {
    return `a repository's name starts with a lower-case letter, \`${name}\` does not`;
  }
  if (/[A-Z]/.test(name)) {
    return `a repository's name has no upper-case letters, \`${name}\` has; write \`${name.toLocaleLowerCase(
      'en-US',
    )}\``;
  }
  if (!pattern.test(name)) {
    return `\`${name}\` is not a repository name that ECR takes: lower-case letters and digits, single \`.\`, \`_\`, \`-\` between them, \`/\` between namespaces`;
  }
  return undefined;
}
