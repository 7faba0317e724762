import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';
import { git, gitEnvironment } from './run';

/** What a client does: it fetches, or it pushes. */
export type GitService = 'git-upload-pack' | 'git-receive-pack';

/** Whether a text is the name of a {@link GitService}. */
export const isGitService = (name: string): name is GitService =>
  name === 'git-upload-pack' || name === 'git-receive-pack';

/** The version of the protocol that the client would like. */
function protocolOf(request: IncomingMessage): Record<string, string> {
  const version = request.headers['git-protocol'];
  return typeof version === 'string' && /^version=[012]$/.test(version)
    ? { GIT_PROTOCOL: version }
    : {};
}

/** The refs that a client is told of first (git's smart HTTP protocol). */
export async function advertiseRefs(
  directory: string,
  service: GitService,
  request: IncomingMessage,
): Promise<Buffer> {
  const refs = await git(
    directory,
    [service.slice(4), '--stateless-rpc', '--advertise-refs', '.'],
    { env: protocolOf(request) },
  );
  const line = `# service=${service}\n`;
  const length = (line.length + 4).toString(16).padStart(4, '0');
  return Buffer.concat([Buffer.from(`${length}${line}0000`), refs]);
}

/**
 * One exchange of the smart HTTP protocol. Resolves when git has ended, with
 * the response still open: what follows from a push is known before the client
 * goes on.
 */
export function serveService(
  directory: string,
  service: GitService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [service.slice(4), '--stateless-rpc', '.'], {
      cwd: directory,
      env: { ...gitEnvironment(), ...protocolOf(request) },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    child.once('error', reject);
    child.once('close', () => resolve());
    const body =
      request.headers['content-encoding'] === 'gzip'
        ? request.pipe(createGunzip())
        : request;
    // A git that ends before it has read everything says why by itself.
    child.stdin.on('error', () => {});
    body.on('error', () => child.kill());
    body.pipe(child.stdin);
    // A client that leaves in the middle takes its git along.
    response.once('close', () => child.kill());
    child.stdout.pipe(response, { end: false });
  });
}
