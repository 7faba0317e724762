import { dirname, join } from 'node:path';
import { locate, reportOf, run } from './programs';
import type { Objection, Subject, Tools } from './types';

interface Check {
  check_id: string;
  check_name: string;
  file_path: string;
  resource: string;
}
interface Report {
  results: {
    failed_checks: Check[];
    skipped_checks: Check[];
    parsing_errors: string[];
  };
  summary: { passed: number };
}

/**
 * Runs checkov once over all subjects: it takes seconds to start.
 *
 * @throws Error where it looked at nothing, which it takes for success
 */
export async function checkov(
  subjects: Subject[],
  { python }: Tools,
  framework: string,
): Promise<Objection[]> {
  // Every subject is a folder beside the others.
  const root = dirname(subjects[0].folder);
  const answer = await run(
    join(python, 'python'),
    [
      join(python, 'checkov'),
      ...['--framework', framework],
      ...['--directory', '.'],
      ...['--output', 'json'],
      '--skip-download',
      '--compact',
    ],
    { cwd: root, env: { LOG_LEVEL: 'ERROR' } },
  );
  const { results, summary } = reportOf<Report>('checkov', answer);
  if (!results || !summary.passed) {
    throw new Error(`checkov found no ${framework} in ${root}`);
  }
  const objection = (check: Check, what: string): Objection => {
    const { folder, file } = locate(subjects, join(root, check.file_path));
    return {
      folder,
      rule: check.check_id,
      at: `${file}: ${check.resource}`,
      message: check.check_name + what,
    };
  };
  return [
    ...results.failed_checks.map(check => objection(check, '')),
    ...results.skipped_checks.map(check => objection(check, ' (was skipped)')),
    ...results.parsing_errors.map(path => ({
      ...locate(subjects, join(root, path)),
      rule: 'parsing',
      at: path,
      message: 'cannot be read',
    })),
  ];
}
