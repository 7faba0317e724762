/** Where a step or a run is. */
export type PipelineStatus =
  'queued' | 'running' | 'succeeded' | 'failed' | 'skipped';

/** One step of a run, as the status page shows it. */
export interface PipelineStep {
  name: string;
  status: PipelineStatus;
  /** Why it was skipped or failed, or what it made. */
  detail?: string;
  /** ISO 8601. */
  startedAt?: string;
  endedAt?: string;
  log: string[];
}

/** Which stand-in a repository is on. */
export type GitHost = 'github' | 'gitlab';

/** A run of what a repository's pipeline would do. */
export interface PipelineRun {
  id: string;
  host: GitHost;
  /** `owner/name` */
  repository: string;
  commit: string;
  status: PipelineStatus;
  /** Always: nothing is built or scanned for real. */
  simulated: true;
  startedAt: string;
  endedAt?: string;
  steps: PipelineStep[];
}
