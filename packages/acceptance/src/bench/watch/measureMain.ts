import { measure, type WatchRun } from './measure';

/* One measurement, in a process that has measured nothing before. */

/** What the process says when it is done. */
export interface Measured {
  run?: WatchRun;
}

const [pods, changes] = process.argv.slice(2).map(Number);

async function main() {
  // Once without counting, so that everything is loaded.
  await measure(10, 10);
  const run = await measure(pods, changes);
  process.send?.({ run } satisfies Measured);
}

main()
  .catch(error => {
    process.stderr.write(`${error}\n`);
    process.exitCode = 1;
  })
  .finally(() => process.disconnect());
