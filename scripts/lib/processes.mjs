// Child processes that never outlive the command that started them.

import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateDirectory } from './paths.mjs';
import { Advice } from './say.mjs';

const isWindows = process.platform === 'win32';
const logDirectory = join(stateDirectory, 'logs');
const GRACE_MILLISECONDS = 5_000;

export class Processes {
  #children = new Set();
  #stopping = false;
  #onDeath;

  /** @param onDeath told when a child ends that nobody asked to end. */
  constructor(onDeath) {
    this.#onDeath = onDeath;
  }

  /** Starts a process in a group of its own; what it prints goes to a file. */
  start(name, command, args, options) {
    mkdirSync(logDirectory, { recursive: true });
    const log = join(logDirectory, `${name}.log`);
    const sink = createWriteStream(log);
    const child = spawn(command, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: !isWindows,
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.pipe(sink, { end: false });
      if (options.verbose) {
        stream.pipe(process.stdout, { end: false });
      }
    }
    this.#children.add(child);
    child.once('error', error => this.#died(name, child, error.message, log));
    child.once('exit', (code, signal) =>
      this.#died(name, child, signal ?? `exit code ${code}`, log),
    );
    return child;
  }

  #died(name, child, reason, log) {
    this.#children.delete(child);
    if (!this.#stopping) {
      const lines = readFileSync(log, 'utf8').trim().split('\n').slice(-15);
      this.#onDeath(
        new Advice(
          `the ${name} ended (${reason}). The end of ${log}:\n${lines.join(
            '\n',
          )}`,
        ),
      );
    }
  }

  /** Ends every process with all it started; asks first, then insists. */
  async stop() {
    this.#stopping = true;
    const children = [...this.#children];
    const gone = Promise.all(
      children.map(child =>
        child.exitCode !== null || child.signalCode !== null
          ? undefined
          : new Promise(resolve => child.once('exit', resolve)),
      ),
    );
    children.forEach(child => signal(child, 'SIGTERM'));
    const insist = setTimeout(
      () => children.forEach(child => signal(child, 'SIGKILL')),
      GRACE_MILLISECONDS,
    );
    await gone;
    clearTimeout(insist);
    // A child may have ended before what it started did.
    children.forEach(child => signal(child, 'SIGKILL'));
  }
}

function signal(child, name) {
  try {
    if (isWindows) {
      spawn('taskkill', ['/pid', String(child.pid), '/t', '/f']);
    } else {
      process.kill(-child.pid, name);
    }
  } catch (error) {
    if (error.code !== 'ESRCH') {
      throw error;
    }
  }
}
