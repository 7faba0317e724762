// One place for what the commands tell a person.

const started = Date.now();

/** Seconds since the command was typed, such as "12.3 s". */
export const elapsed = (since = started) =>
  `${((Date.now() - since) / 1000).toFixed(1)} s`;

export const say = message => process.stdout.write(`${message}\n`);

/** Runs one step, saying what it is, and how long it took. */
export async function step(title, run) {
  const since = Date.now();
  say(`  ${title} …`);
  const detail = await run();
  say(`  ${title}: done in ${elapsed(since)}${detail ? ` (${detail})` : ''}`);
}

/** An error whose message is meant for the person at the keyboard: no stack. */
export class Advice extends Error {}

/** Ends the command with one sentence that says what to do. */
export function fail(error) {
  const text =
    error instanceof Advice ? error.message : (error?.stack ?? String(error));
  process.stderr.write(`\nslipway: ${text}\n`);
  process.exitCode = 1;
}
