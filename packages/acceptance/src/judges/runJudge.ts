import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Finding, Judge, Rendering, Subject, Tools } from './types';

function hashOf(files: Record<string, string>): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(files).sort()))
    .digest('hex')
    .slice(0, 12);
}

/**
 * Has a judge look at what each repository has for it. Files that several
 * repositories have in common are judged once, and count for each.
 *
 * @param work - empty folder for the files
 * @returns what it has against each repository, by the repository's name; a
 *   repository that has nothing for it is not in it
 */
export async function runJudge(
  judge: Judge,
  renderings: Rendering[],
  tools: Tools,
  work: string,
): Promise<Map<string, Finding[]>> {
  const subjects = new Map<string, Subject>();
  const folderOf = new Map<string, string>();
  for (const rendering of renderings) {
    const files = judge.files(rendering);
    if (files) {
      const folder = join(work, hashOf(files));
      folderOf.set(rendering.name, folder);
      if (!subjects.has(folder)) {
        subjects.set(folder, { folder, rendering });
        for (const [path, text] of Object.entries(files)) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), text);
        }
      }
    }
  }
  const objections = subjects.size
    ? await judge.judge([...subjects.values()], tools)
    : [];
  return new Map(
    [...folderOf].map(([rendering, folder]) => [
      rendering,
      objections
        .filter(objection => objection.folder === folder)
        .map(({ rule, at, message }) => ({
          judge: judge.name,
          rendering,
          rule,
          at,
          message,
        })),
    ]),
  );
}
