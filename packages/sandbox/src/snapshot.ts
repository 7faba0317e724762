import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AwsState } from './aws';
import { isRecord, type ServerCertificate } from './core';
import type { KubernetesSnapshot } from './kubernetes/types';

const VERSION = 1;
const DELAY_MS = 1000;

/** What is kept of a cluster. */
export interface ClusterSnapshot {
  certificate: ServerCertificate;
  objects?: KubernetesSnapshot;
}

/** What survives a restart. Git repositories are kept beside it, as they are. */
export interface Snapshot {
  version: number;
  aws: AwsState;
  githubToken: string;
  /** Snapshots of before GitLab was played have none. */
  gitlabToken?: string;
  /** The same of signing in with GitHub. */
  oauthClientSecret?: string;
  /** By ARN. */
  clusters: Record<string, ClusterSnapshot>;
}

function isSnapshot(value: unknown): value is Snapshot {
  return (
    isRecord(value) &&
    value.version === VERSION &&
    isRecord(value.aws) &&
    isRecord(value.clusters) &&
    typeof value.githubToken === 'string'
  );
}

/**
 * Reads a snapshot.
 *
 * @returns undefined when there is none yet
 * @throws Error when the file is not a snapshot of this version
 */
export function readSnapshot(file: string): Snapshot | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isRecord(error) && error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Refused below, with the way out.
  }
  if (!isSnapshot(parsed)) {
    throw new Error(
      `The snapshot ${file} is damaged or of another version of the sandbox: delete it (\`npm start -- --reset\` does) and start again.`,
    );
  }
  return parsed;
}

/** Writes snapshots soon after something changed, and at the end. */
export class SnapshotWriter {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly file: string | undefined,
    private readonly collect: () => Omit<Snapshot, 'version'>,
    private readonly log: (message: string) => void,
  ) {}

  /** Says that something changed. */
  readonly changed = (): void => {
    if (this.file === undefined || this.timer) {
      return;
    }
    this.timer = setTimeout(() => {
      this.timer = undefined;
      try {
        this.write();
      } catch (error) {
        this.log(`The snapshot could not be written: ${error}`);
      }
    }, DELAY_MS);
    this.timer.unref();
  };

  /** Writes what has not been written, for the last time. */
  finish(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.write();
  }

  private write() {
    if (this.file === undefined) {
      return;
    }
    mkdirSync(dirname(this.file), { recursive: true });
    const draft = `${this.file}.new`;
    const text = JSON.stringify({ version: VERSION, ...this.collect() });
    // It holds the keys of the sandbox; and a crash leaves the old one whole.
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, this.file);
  }
}
