import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchmarkCreate } from './create';
import { benchmarkView } from './view';
import { benchmarkWatch } from './watch';

/* eslint-disable no-console -- this is a program for a terminal */

/** One benchmark: prints itself as text, gives its figures as JSON. */
type Benchmark = (
  runs: number,
  all: boolean,
) => Promise<{ summary: object; text: string; ok: boolean }>;

const benchmarks: Record<string, Benchmark> = {
  view: benchmarkView,
  create: benchmarkCreate,
  watch: benchmarkWatch,
};

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '10' },
      json: { type: 'string' },
      all: { type: 'boolean', default: false },
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
  const figures: Record<string, object> = {};
  for (const name of names) {
    const { summary, text, ok } = await benchmarks[name](runs, values.all);
    console.log(`${name}\n\n${text}\n`);
    figures[name] = summary;
    if (!ok) {
      process.exitCode = 1;
    }
  }
  if (values.json !== undefined) {
    writeFileSync(
      // Where the command was typed, not where it runs.
      resolve(process.env.INIT_CWD ?? '.', values.json),
      `${JSON.stringify(figures, null, 2)}\n`,
    );
  }
}

main()
  .catch(error => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  })
  // Whatever a backend left open shall not keep the terminal.
  .finally(() => process.exit());
