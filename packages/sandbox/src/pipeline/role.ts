import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AwsCredentials } from '../aws';

const LOOK_AGAIN_MS = 200;

/**
 * The role that the repository's workflow takes; undefined for a repository
 * without one, which the sandbox's own role serves.
 */
export function roleOf(directory: string): string | undefined {
  for (const [file, pattern] of NAMED_IN) {
    try {
      const text = readFileSync(join(directory, file), 'utf8');
      const role = pattern.exec(text)?.[1];
      if (role !== undefined) {
        return role;
      }
    } catch {
      // It is the other one's.
    }
  }
  return undefined;
}

/** Where GitHub's workflow and GitLab's pipeline have it. */
const NAMED_IN: [file: string, pattern: RegExp][] = [
  ['.github/pipeline.settings', /^role=(arn:\S+)$/m],
  ['.gitlab-ci.yml', /^ {2}AWS_ROLE_ARN: (arn:\S+)$/m],
];

/**
 * Takes a role, and waits for one that is not there yet: a first push comes a
 * moment before the role, and real pipelines build for minutes before they
 * need it.
 *
 * @throws Error in the words of AWS when it is not trusted in time
 */
export async function takeRole(
  take: () => AwsCredentials,
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<AwsCredentials> {
  const until = Date.now() + options.timeoutMs;
  for (;;) {
    try {
      return take();
    } catch (error) {
      if (Date.now() >= until) {
        throw error;
      }
    }
    await pause(LOOK_AGAIN_MS, undefined, { signal: options.signal });
  }
}
