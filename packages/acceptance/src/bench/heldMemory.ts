import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** What this process holds, in bytes, without what could be thrown away. */
export async function heldMemory(): Promise<number> {
  let held = Infinity;
  for (let round = 0; round < 20; round += 1) {
    collectGarbage();
    // What was closed is let go of a while after.
    await wait(50);
    const { heapUsed, external } = process.memoryUsage();
    if (heapUsed + external > held - 100_000) {
      return Math.min(held, heapUsed + external);
    }
    held = heapUsed + external;
  }
  return held;
}
