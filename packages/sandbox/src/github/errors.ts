/** An answer that is an error, in GitHub's words. */
export class GitHubError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly errors?: object[],
  ) {
    super(message);
    this.name = 'GitHubError';
  }

  /** The body that GitHub sends. */
  toBody() {
    return {
      message: this.message,
      ...(this.errors && { errors: this.errors }),
      documentation_url: 'https://docs.github.com/rest',
      status: String(this.status),
    };
  }
}

export const notFound = () => new GitHubError(404, 'Not Found');

/** What GitHub answers where a field has a value that it does not take. */
export function invalid(
  resource: string,
  field: string,
  message: string,
  summary = 'Validation Failed',
): GitHubError {
  return new GitHubError(422, summary, [
    { resource, code: 'custom', field, message },
  ]);
}
