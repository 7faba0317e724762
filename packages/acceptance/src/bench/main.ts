import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type WrittenPart, writePart } from '../documents';
import { benchmarkCreate } from './create';
import { benchmarkPage } from './page';
import { benchmarkView } from './view';
import { benchmarkWatch } from './watch';

/* eslint-disable no-console -- this is a program for a terminal */

/** One benchmark: prints itself as text, gives its figures as JSON. */
type Benchmark = (
  runs: number,
  all: boolean,
) => Promise<{
  summary: object;
  text: string;
  ok: boolean;
  /** What a document quotes of it; all of it in a code block, if it says nothing else. */
  quote?: string;
}>;

/** Each with where it is quoted. */
const benchmarks: Record<string, { run: Benchmark; shown: WrittenPart }> = {
  view: { run: benchmarkView, shown: shown('README.md', 'view') },
  create: { run: benchmarkCreate, shown: shown('docs/testing.md', 'create') },
  watch: { run: benchmarkWatch, shown: shown('docs/testing.md', 'watch') },
  page: { run: benchmarkPage, shown: shown('docs/testing.md', 'page') },
};

function shown(document: string, name: string): WrittenPart {
  return { document, mark: `npm run bench, ${name}` };
}

const messageOf = (error: unknown) =>
  error instanceof Error ? error.message : String(error);

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '10' },
      json: { type: 'string' },
      all: { type: 'boolean', default: false },
      update: { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new Error('--runs must be a whole number above 0');
  }
  const names = positionals.length ? positionals : Object.keys(benchmarks);
  const unknown = names.find(name => !Object.hasOwn(benchmarks, name));
  if (unknown !== undefined) {
    throw new Error(
      `there is no benchmark "${unknown}"; there are: ${Object.keys(
        benchmarks,
      ).join(', ')}`,
    );
  }
  // Where the command was typed, not where it runs.
  const file =
    values.json === undefined
      ? undefined
      : resolve(process.env.INIT_CWD ?? '.', values.json);
  const figures: Record<string, object> = {};
  for (const name of names) {
    const { run, shown: place } = benchmarks[name];
    try {
      const { summary, text, ok, quote } = await run(runs, values.all);
      console.log(`${name}\n\n${text}\n`);
      figures[name] = summary;
      if (values.update) {
        writePart(place, quote ?? `\`\`\`\n${text}\n\`\`\``);
      }
      if (!ok) {
        process.exitCode = 1;
      }
    } catch (error) {
      // What one lacks, such as a browser, keeps nobody from the others.
      const message = messageOf(error);
      console.error(`${name}: ${message}`);
      figures[name] = { error: message };
      process.exitCode = 1;
    }
    if (file !== undefined) {
      // After each: all of them take a quarter of an hour.
      writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
    }
  }
}

main()
  .catch(error => {
    console.error(messageOf(error));
    process.exitCode = 1;
  })
  // Whatever a backend left open shall not keep the terminal.
  .finally(() => process.exit());
