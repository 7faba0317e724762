import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkov } from './checkov';
import { locate, pathsOf, reportOf, run } from './programs';
import type { Judge, Rendering } from './types';

function dockerfile({
  repository,
}: Rendering): Record<string, string> | undefined {
  const path = join(repository, 'Dockerfile');
  return existsSync(path)
    ? { Dockerfile: readFileSync(path, 'utf8') }
    : undefined;
}

interface Lint {
  code: string;
  file: string;
  line: number;
  message: string;
}

/** Dockerfile best practices, and shellcheck in its RUN lines. */
export const hadolint: Judge = {
  name: 'hadolint',
  artifact: 'Dockerfile',
  files: dockerfile,
  async judge(subjects, { python }) {
    const answer = await run(join(python, 'hadolint'), [
      '--failure-threshold',
      'style',
      '--format',
      'json',
      ...pathsOf(subjects),
    ]);
    return reportOf<Lint[]>('hadolint', answer).map(
      ({ code, file, line, message }) => ({
        folder: locate(subjects, file).folder,
        rule: code,
        at: `Dockerfile:${line}`,
        message,
      }),
    );
  },
};

/** Security rules for Dockerfiles. */
export const checkovDockerfile: Judge = {
  name: 'checkov (image)',
  artifact: 'Dockerfile',
  files: dockerfile,
  judge: (subjects, tools) => checkov(subjects, tools, 'dockerfile'),
};
