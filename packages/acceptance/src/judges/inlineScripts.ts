import { parse } from 'yaml';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const lines = (value: unknown): string[] =>
  [value].flat(2).filter(line => typeof line === 'string');

/**
 * The shell in a pipeline's file, as scripts of their own: what GitLab runs for
 * each job, and what CodeBuild runs in each phase.
 *
 * @param path - of the file in its repository
 * @returns scripts by a path that names where they stand; none for other files
 */
export function inlineScripts(
  path: string,
  text: string,
): Record<string, string> {
  const gitlab = /^\.gitlab(-ci|\/.*)\.ya?ml$/.test(path);
  if (!gitlab && !/(^|\/)buildspec[^/]*\.ya?ml$/.test(path)) {
    return {};
  }
  const content: unknown = parse(text, { merge: true });
  const parts = isRecord(content) ? content : {};
  const found = gitlab ? parts : parts.phases;
  return Object.fromEntries(
    Object.entries(isRecord(found) ? found : {}).flatMap(([name, part]) => {
      if (!isRecord(part)) {
        return [];
      }
      const script = gitlab
        ? [part.before_script, part.script, part.after_script]
        : [part.commands, part.finally];
      const all = script.flatMap(lines);
      return all.length
        ? [[`${path}.${name}.sh`, ['#!/bin/sh', ...all, ''].join('\n')]]
        : [];
    }),
  );
}
