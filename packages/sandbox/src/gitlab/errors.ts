/** An answer that is an error, in GitLab's words. */
export class GitLabError extends Error {
  /** @param details - what GitLab says instead of a sentence, by field */
  constructor(
    readonly status: number,
    message: string,
    readonly details?: Record<string, string[]>,
  ) {
    super(message);
    this.name = 'GitLabError';
  }

  /** The body that GitLab sends. */
  toBody() {
    return { message: this.details ?? `${this.status} ${this.message}` };
  }
}

export const notFound = (what: string) =>
  new GitLabError(404, `${what} Not Found`);
