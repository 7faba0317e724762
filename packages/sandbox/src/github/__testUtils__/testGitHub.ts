import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createFaults, createJournal } from '../../core';
import { startGitHub, type GitHubStandIn, type RunView } from '../index';

export const TOKEN = 'sandbox-token';
export const OAUTH_APP = { clientId: 'portal', clientSecret: 'a-secret' };

const run = promisify(execFile);

/** The real git, as a user has it. */
export const userGit = async (folder: string, ...args: string[]) =>
  (
    await run('git', ['-c', 'user.name=Jo', '-c', 'user.email=jo@x', ...args], {
      cwd: folder,
      timeout: 20_000,
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    })
  ).stdout.trim();

/** Writes files below a folder. */
export function writeFiles(
  folder: string,
  files: Record<string, string | Buffer>,
): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** How a call is made. */
export interface CallOptions {
  body?: unknown;
  /** `undefined` for none. */
  token?: string | undefined;
  headers?: Record<string, string>;
}

/** A stand-in for GitHub, and what tests do with it. */
export class TestGitHub {
  readonly directory = mkdtempSync(join(tmpdir(), 'github-'));
  readonly faults = createFaults();
  readonly journal = createJournal();
  /** `owner/name branch sha` of each move of a default branch. */
  readonly pushes: string[] = [];
  readonly logged: string[] = [];
  runs: RunView[] = [];
  #running: GitHubStandIn | undefined;

  get standIn(): GitHubStandIn {
    if (!this.#running) {
      throw new Error('the stand-in has not been started');
    }
    return this.#running;
  }

  get url(): string {
    return this.standIn.url;
  }

  async start(): Promise<void> {
    this.#running = await startGitHub({
      context: {
        faults: this.faults,
        journal: this.journal,
        now: Date.now,
        log: message => this.logged.push(message),
      },
      port: 0,
      directory: join(this.directory, 'repositories'),
      organisations: [{ login: 'acme', id: 7 }],
      token: TOKEN,
      oauthApp: OAUTH_APP,
      onPush: ({ repository, branch, sha }) =>
        this.pushes.push(
          `${repository.owner}/${repository.name} ${branch} ${sha}`,
        ),
      runsOf: () => this.runs,
    });
  }

  async restart(): Promise<void> {
    await this.standIn.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Calls the REST API. */
  async call(method: string, path: string, options: CallOptions = {}) {
    const { token = 'token' in options ? undefined : TOKEN } = options;
    const response = await fetch(`${this.url}/api/v3${path}`, {
      method,
      headers: {
        ...(token && { authorization: `token ${token}` }),
        'content-type': 'application/json',
        ...options.headers,
      },
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: /json/.test(response.headers.get('content-type') ?? '')
        ? JSON.parse(text)
        : undefined,
    };
  }

  /** A page for people. */
  async page(path: string) {
    const response = await fetch(this.url + path);
    return { status: response.status, text: await response.text(), response };
  }

  async createRepository(name: string, body: object = {}): Promise<void> {
    await this.call('POST', '/orgs/acme/repos', { body: { name, ...body } });
  }

  /** Address of a repository for git, with the token in it. */
  remote(name: string, token: string | undefined = TOKEN): string {
    const credentials = token && `x-access-token:${token}@`;
    return `${this.url.replace('://', `://${credentials}`)}/acme/${name}.git`;
  }

  /** A new folder with a first commit of the files, pushed to `main`. */
  async push(
    name: string,
    files: Record<string, string | Buffer>,
    branch = 'main',
  ): Promise<string> {
    const folder = mkdtempSync(join(this.directory, 'work-'));
    await userGit(folder, 'init', '--quiet', `--initial-branch=${branch}`);
    writeFiles(folder, files);
    await userGit(folder, 'add', '.');
    await userGit(folder, 'commit', '--quiet', '-m', 'first');
    await userGit(folder, 'remote', 'add', 'origin', this.remote(name));
    await userGit(folder, 'push', '--quiet', 'origin', branch);
    return folder;
  }
}

/** A stand-in for the tests of one file. */
export function useGitHub(): TestGitHub {
  const github = new TestGitHub();
  beforeAll(() => github.start());
  afterEach(() => github.faults.clear());
  afterAll(() => github.stop());
  return github;
}
