import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_AGAIN_MS = 50;
const LAST_WORDS = 2_000;

/** A program that runs until it is told to stop. */
export interface Program {
  name: string;
  /** Waits until `isThere`. @throws Error with what it said, if it ends or takes too long */
  ready(isThere: () => Promise<boolean>, limitMs: number): Promise<void>;
  stop(): Promise<void>;
}

const ended = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null;

/**
 * Ends a process when this one is gone, however it went: killed, it has no time
 * to do that itself. The shell's input closes then.
 *
 * @returns a function that calls it off
 */
function endWithUs(pid: number): () => void {
  const guard = spawn(
    'sh',
    ['-c', 'read -r _; kill -KILL "$1"', 'sh', `${pid}`],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      // Not in the terminal's group: Ctrl-C would end it first.
      detached: true,
    },
  );
  guard.unref();
  return () => guard.kill('SIGKILL');
}

/**
 * Starts a program whose output goes to a file of its name.
 *
 * @param folder - where the program is
 * @param logs - folder for what it says
 */
export function startProgram(
  folder: string,
  name: string,
  args: readonly string[],
  logs: string,
): Program {
  const log = join(logs, `${name}.log`);
  const output = openSync(log, 'a');
  const child = spawn(join(folder, name), args, {
    stdio: ['ignore', output, output],
    // Stopped by us, in order, and not by Ctrl-C, all at once.
    detached: true,
    env: {},
  });
  closeSync(output);
  let failure: Error | undefined;
  child.once('error', error => {
    failure = error;
  });
  const callOff = child.pid === undefined ? () => {} : endWithUs(child.pid);
  const gone = new Promise<void>(done => {
    child.once('exit', () => done());
    child.once('error', () => done());
  });
  gone.then(callOff, callOff);

  const lastWords = () => readFileSync(log, 'utf8').slice(-LAST_WORDS).trim();
  async function stop() {
    if (ended(child) || failure) {
      return;
    }
    // It keeps nothing that is to be finished, and some take long to end well.
    child.kill('SIGKILL');
    await gone;
  }
  return {
    name,
    stop,
    async ready(isThere, limitMs) {
      const deadline = Date.now() + limitMs;
      for (;;) {
        if (failure) {
          throw new Error(`${name} did not start: ${failure.message}`);
        }
        if (ended(child)) {
          throw new Error(`${name} ended as it started: ${lastWords()}`);
        }
        if (await isThere().catch(() => false)) {
          return;
        }
        if (Date.now() > deadline) {
          throw new Error(
            `${name} was not ready in ${limitMs} ms: ${lastWords()}`,
          );
        }
        await pause(LOOK_AGAIN_MS);
      }
    },
  };
}
