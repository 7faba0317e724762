import { type ChildProcess, fork } from 'node:child_process';
import { resolve } from 'node:path';

/** A process of the benchmark, which talks in messages of one shape. */
export class Child<TCommand extends object, TNews extends object> {
  readonly #process: ChildProcess;
  readonly #name: string;

  constructor(file: string, args: string[], env: NodeJS.ProcessEnv = {}) {
    this.#name = file;
    this.#process = fork(resolve(__dirname, file), args, {
      // As this process itself was started: with a loader for TypeScript.
      execArgv: process.execArgv,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  tell(command: TCommand) {
    this.#process.send(command);
  }

  onNews(listener: (news: TNews) => void) {
    this.#process.on('message', listener);
  }

  /** The next news that has this field. */
  async next<K extends keyof TNews>(field: K): Promise<NonNullable<TNews[K]>> {
    return await new Promise((done, reject) => {
      const onExit = (code: number | null) =>
        reject(new Error(`${this.#name} ended with exit code ${code}`));
      const onMessage = (news: TNews) => {
        const value = news[field];
        if (value !== undefined && value !== null) {
          this.#process.off('message', onMessage);
          this.#process.off('exit', onExit);
          done(value);
        }
      };
      this.#process.on('message', onMessage);
      this.#process.once('exit', onExit);
    });
  }

  async stop() {
    const { exitCode, signalCode } = this.#process;
    if (exitCode === null && signalCode === null) {
      const gone = new Promise(done => this.#process.once('exit', done));
      this.#process.kill('SIGKILL');
      await gone;
    }
  }
}
