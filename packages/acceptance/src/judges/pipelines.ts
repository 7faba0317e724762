import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inlineScripts } from './inlineScripts';
import { filesBelow, locate, pathsOf, reportOf, run } from './programs';
import type { Judge, Rendering } from './types';

/** The files of a repository whose path fits, or nothing where none does. */
function pick(pattern: RegExp) {
  return ({ repository }: Rendering): Record<string, string> | undefined => {
    const chosen = filesBelow(repository).filter(path => pattern.test(path));
    return chosen.length
      ? Object.fromEntries(
          chosen.map(path => [
            path,
            readFileSync(join(repository, path), 'utf8'),
          ]),
        )
      : undefined;
  };
}

interface ActionError {
  message: string;
  filepath: string;
  line: number;
  kind: string;
}

/** Syntax, expressions and shell of GitHub's workflows. */
export const actionlint: Judge = {
  name: 'actionlint',
  artifact: 'GitHub Actions',
  files: pick(/^\.github\/(workflows|actions)\//),
  async judge(subjects, { go }) {
    const found = await Promise.all(
      subjects.map(async ({ folder }) => {
        const workflows = filesBelow(join(folder, '.github/workflows'));
        const answer = await run(
          join(go, 'actionlint'),
          [
            ...['-shellcheck', 'shellcheck'],
            ...['-pyflakes', ''],
            ...['-format', '{{json .}}'],
            ...workflows.map(file => join('.github/workflows', file)),
          ],
          { cwd: folder },
        );
        return reportOf<ActionError[]>('actionlint', answer).map(
          ({ kind, filepath, line, message }) => ({
            folder,
            rule: kind,
            at: `${filepath}:${line}`,
            message,
          }),
        );
      }),
    );
    return found.flat();
  },
};

interface Audit {
  ident: string;
  desc: string;
  locations: {
    symbolic: { key: { Local?: { verbatim_path: string } } };
    concrete: { location: { start_point: { row: number } } };
  }[];
}

/** Security of GitHub's workflows, at its most pedantic. */
export const zizmor: Judge = {
  name: 'zizmor',
  artifact: 'GitHub Actions',
  files: pick(/^\.github\/(workflows|actions|dependabot)/),
  async judge(subjects, { python }) {
    const found = await Promise.all(
      subjects.map(async ({ folder }) => {
        const answer = await run(join(python, 'zizmor'), [
          '--persona=pedantic',
          '--offline',
          '--no-progress',
          '--no-exit-codes',
          // What a repository says to ignore has a waiver here, or it counts.
          '--no-ignores',
          '--format=json-v1',
          folder,
        ]);
        return reportOf<Audit[]>('zizmor', answer).map(
          ({ ident, desc, locations: [first] }) => ({
            folder,
            rule: ident,
            at: `${first.symbolic.key.Local?.verbatim_path.slice(folder.length + 1)}:${
              first.concrete.location.start_point.row + 1
            }`,
            message: desc,
          }),
        );
      }),
    );
    return found.flat();
  },
};

/** Every shell script of the repository, and the shell in its pipelines. */
export const shellcheck: Judge = {
  name: 'shellcheck',
  artifact: 'scripts',
  files: rendering => ({
    ...pick(/\.sh$/)(rendering),
    ...Object.assign(
      {},
      ...Object.entries(pick(/\.ya?ml$/)(rendering) ?? {}).map(file =>
        inlineScripts(...file),
      ),
    ),
  }),
  async judge(subjects) {
    const answer = await run('shellcheck', [
      ...['--format', 'json1'],
      ...['--severity', 'style'],
      ...pathsOf(subjects),
    ]);
    const { comments } = reportOf<{
      comments: { file: string; line: number; code: number; message: string }[];
    }>('shellcheck', answer);
    return comments.map(({ file: path, line, code, message }) => {
      const { folder, file } = locate(subjects, path);
      return { folder, rule: `SC${code}`, at: `${file}:${line}`, message };
    });
  },
};

interface SchemaReport {
  errors?: { filename: string; path: string; message: string }[];
  parse_errors?: { filename: string; message: string }[];
}

/** A judge that holds some files to a published JSON schema. */
function schema(options: {
  name: string;
  artifact: string;
  files: RegExp;
  schema: string[];
}): Judge {
  return {
    name: options.name,
    artifact: options.artifact,
    files: pick(options.files),
    async judge(subjects, { python }) {
      const answer = await run(join(python, 'python'), [
        ...['-m', 'check_jsonschema'],
        ...options.schema,
        ...['--output-format', 'json'],
        ...pathsOf(subjects),
      ]);
      const { errors = [], parse_errors = [] } = reportOf<SchemaReport>(
        'check-jsonschema',
        answer,
      );
      return [
        ...errors,
        ...parse_errors.map(error => ({ ...error, path: 'the file' })),
      ].map(({ filename, path, message }) => {
        const { folder, file } = locate(subjects, filename);
        return { folder, rule: 'schema', at: `${file}: ${path}`, message };
      });
    },
  };
}

/** GitHub's workflows, Dependabot, Renovate and GitLab CI by their schemas. */
export const schemas: Judge[] = [
  schema({
    name: 'workflow schema',
    artifact: 'GitHub Actions',
    files: /^\.github\/workflows\//,
    schema: ['--builtin-schema', 'vendor.github-workflows'],
  }),
  schema({
    name: 'Dependabot schema',
    artifact: 'Dependabot',
    files: /^\.github\/dependabot\.yml$/,
    schema: ['--builtin-schema', 'vendor.dependabot'],
  }),
  schema({
    name: 'Renovate schema',
    artifact: 'Renovate',
    files: /(^|\/)(renovate\.json|\.renovaterc)$/,
    schema: ['--builtin-schema', 'vendor.renovate'],
  }),
  schema({
    name: 'GitLab schema',
    artifact: 'GitLab CI',
    files: /^\.gitlab(-ci|\/.*)\.yml$/,
    schema: [
      ...['--builtin-schema', 'vendor.gitlab-ci'],
      ...['--data-transform', 'gitlab-ci'],
    ],
  }),
];

interface TemplateError {
  Filename: string;
  Location: { Start: { LineNumber: number } };
  Message: string;
  Rule: { Id: string };
}

/** CloudFormation by the resource schemas of AWS. */
export const cfnLint: Judge = {
  name: 'cfn-lint',
  artifact: 'CloudFormation',
  files: rendering => {
    const files = pick(/\.ya?ml$/)(rendering) ?? {};
    const stacks = Object.entries(files).filter(([, text]) =>
      text.startsWith('AWSTemplateFormatVersion'),
    );
    return stacks.length ? Object.fromEntries(stacks) : undefined;
  },
  async judge(subjects, { python }) {
    const answer = await run(join(python, 'python'), [
      join(python, 'cfn-lint'),
      ...['--format', 'json'],
      ...['--include-checks', 'I'],
      '--',
      ...pathsOf(subjects),
    ]);
    return reportOf<TemplateError[]>('cfn-lint', answer).map(
      ({ Filename, Location, Message, Rule }) => {
        const { folder, file } = locate(subjects, Filename);
        return {
          folder,
          rule: Rule.Id,
          at: `${file}:${Location.Start.LineNumber}`,
          message: Message,
        };
      },
    );
  },
};
