import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { filesBelow, run } from './programs';
import type { Judge } from './types';

// What differs between repositories of one runtime and is not of its source.
const NOT_SOURCE =
  /^(deploy|docs|pipeline|\.github|\.gitlab)\/|^(README\.md|CODEOWNERS|catalog-info\.yaml|mkdocs\.yml|\.slipway\.yaml|\.gitlab-ci\.yml|\.trivyignore\.yaml|renovate\.json)$/;

/** What the service says about itself: format, lint, types and tests, untouched. */
export const ownChecks: Judge = {
  name: 'own checks',
  artifact: 'service',
  files: ({ repository }) =>
    Object.fromEntries(
      filesBelow(repository)
        .filter(path => !NOT_SOURCE.test(path))
        .map(path => [path, readFileSync(join(repository, path), 'utf8')]),
    ),
  async judge(subjects, { python }) {
    const found = [];
    // One after the other: each compiles with all the cores there are.
    for (const { folder, rendering } of subjects) {
      const copy = mkdtempSync(join(tmpdir(), 'own-checks-'));
      cpSync(rendering.repository, copy, { recursive: true });
      const { code, stdout, stderr } = await run('bash', ['scripts/check.sh'], {
        cwd: copy,
        env: {
          // The Node that runs this, and uv from where the judges are.
          PATH: [dirname(process.execPath), process.env.PATH, python].join(
            delimiter,
          ),
          NODE_ENV: '',
        },
      });
      rmSync(copy, { recursive: true, force: true });
      if (code !== 0) {
        found.push({
          folder,
          rule: 'scripts/check.sh',
          at: `exit code ${code}`,
          message: (stdout + stderr).slice(-2_000),
        });
      }
    }
    return found;
  },
};
