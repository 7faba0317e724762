import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { clusterPrograms } from '../cluster/programs';
import { goTools } from '../toolchain/go';
import { pythonEnvironment } from '../toolchain/python';
import type { Subject, Tools } from './types';

const execute = promisify(execFile);

const USER = 'npm run test:golden';

/** The version of Kubernetes that manifests are judged for. */
export const KUBERNETES = '1.35';

/** What a program answered. */
export interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program to its end, whatever its exit code.
 *
 * @throws Error that names it, where it cannot be run at all
 */
export async function run(
  program: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Answer> {
  try {
    const answer = await execute(program, args, {
      ...options,
      // The flags that the tests run with mean nothing to others.
      env: { ...process.env, NODE_OPTIONS: '', ...options.env },
      maxBuffer: 256 * 1024 * 1024,
    });
    return { code: 0, ...answer };
  } catch (error) {
    const { code, stdout, stderr } = Object(error);
    if (typeof code !== 'number') {
      throw error;
    }
    return { code, stdout: String(stdout), stderr: String(stderr) };
  }
}

/** A program's report, which is all that it may say on its standard output. */
export function reportOf<T>(program: string, answer: Answer): T {
  try {
    return JSON.parse(answer.stdout);
  } catch {
    throw new Error(
      `${program} gave no report (exit code ${answer.code}): ${(
        answer.stderr || answer.stdout
      ).slice(-2_000)}`,
    );
  }
}

async function require(program: string, args: string[], how: string) {
  try {
    await execute(program, args);
  } catch (error) {
    throw new Error(
      `${USER} needs ${program}, and it does not run (${String(
        Object(error).message,
      ).trim()}): ${how}, and try again.`,
    );
  }
}

/** Kubernetes' own schemas, which name each other by addresses, as files that name each other. */
async function localSchemas(python: string, target: string): Promise<string> {
  const { stdout } = await execute(python, [
    '-c',
    'import kubernetes_validate as k; print(k.__path__[0])',
  ]);
  const source = join(
    stdout.trim(),
    `kubernetes-json-schema/v${KUBERNETES}.0-local-strict`,
  );
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(source)) {
    const { $id, ...schema } = JSON.parse(
      readFileSync(join(source, file), 'utf8'),
    );
    writeFileSync(
      join(target, file),
      JSON.stringify(schema).replaceAll(
        '"/api/_definitions.json#',
        '"_definitions.json#',
      ),
    );
  }
  writeDefinitions(target);
  return target;
}

interface Definition {
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; schema: { openAPIV3Schema: object } }[];
  };
}

/** A definition's schema that takes no field which it does not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) {
    return schema.map(closed);
  }
  if (typeof schema !== 'object' || schema === null) {
    return schema;
  }
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, closed(value)]),
  );
  return 'properties' in inner &&
    !('additionalProperties' in inner) &&
    !('x-kubernetes-preserve-unknown-fields' in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}

/** The schemas of custom kinds, by the names that kubeconform looks for. */
function writeDefinitions(target: string): void {
  const folder = join(__dirname, 'crds');
  for (const file of readdirSync(folder).filter(name => /\.json$/.test(name))) {
    const { definitions }: { definitions: Definition[] } = JSON.parse(
      readFileSync(join(folder, file), 'utf8'),
    );
    for (const { spec } of definitions) {
      const [group] = spec.group.split('.');
      for (const { name, schema } of spec.versions) {
        writeFileSync(
          join(
            target,
            `${spec.names.kind.toLocaleLowerCase('en-US')}-${group}-${name}.json`,
          ),
          JSON.stringify(closed(schema.openAPIV3Schema)),
        );
      }
    }
  }
}

/**
 * Brings every judge's program, in the versions that `tools` pins.
 *
 * @param work - folder for what they need beside them
 * @throws Error that says what is missing and how to get it
 */
export async function bringTools(work: string): Promise<Tools> {
  await require('shellcheck', [
    '--version',
  ], 'install it (Debian and Ubuntu: apt-get install shellcheck; macOS: brew install shellcheck)');
  await require('kubectl', [
    'version',
    '--client',
  ], 'install it (https://kubernetes.io/docs/tasks/tools)');
  const [python, [go, cluster]] = await Promise.all([
    pythonEnvironment({
      user: USER,
      requirements: resolve(__dirname, 'tools/requirements.txt'),
    }),
    // One after the other: both take every core.
    (async () => [
      await goTools({ user: USER, module: resolve(__dirname, 'tools') }),
      await clusterPrograms({ user: USER }),
    ])(),
  ]);
  return {
    python: dirname(python),
    go,
    cluster,
    kubernetesSchemas: await localSchemas(python, join(work, 'schemas')),
  };
}

/** Paths of all files of a folder, relative to it. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** The files of all subjects, as arguments. */
export function pathsOf(subjects: Subject[]): string[] {
  return subjects.flatMap(({ folder }) =>
    filesBelow(folder).map(file => join(folder, file)),
  );
}

/** Which subject a path of a report belongs to, and which file of it. */
export function locate(
  subjects: Subject[],
  path: string,
): { folder: string; file: string } {
  const found = subjects.find(({ folder }) => path.startsWith(folder + sep));
  if (!found) {
    throw new Error(`a judge names ${path}, which it was not given`);
  }
  return { folder: found.folder, file: relative(found.folder, path) };
}
