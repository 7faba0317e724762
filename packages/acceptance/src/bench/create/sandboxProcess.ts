import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import type { Sandbox } from '@slipway/sandbox';

/** A sandbox that runs beside this process, not in it. */
export interface SandboxProcess extends Pick<
  Sandbox,
  'urls' | 'env' | 'config'
> {
  stop(): Promise<void>;
}

interface Message {
  sandbox?: Omit<SandboxProcess, 'stop'>;
}

/**
 * Starts the sandbox in a process of its own: what it does is AWS's, the
 * clusters' and GitHub's work, and must not take time from what is measured.
 */
export async function startSandboxProcess(): Promise<SandboxProcess> {
  const child = fork(resolve(__dirname, 'sandboxMain.ts'), {
    // As this process itself was started: with a loader for TypeScript.
    execArgv: process.execArgv,
  });
  const gone = new Promise<void>(done => child.once('exit', () => done()));
  const started = await new Promise<Omit<SandboxProcess, 'stop'>>(
    (done, reject) => {
      // The loader for TypeScript sends messages of its own.
      child.on('message', (message: Message) => {
        if (message.sandbox) {
          done(message.sandbox);
        }
      });
      child.once('error', reject);
      child.once('exit', code =>
        reject(new Error(`the sandbox ended with exit code ${code}`)),
      );
    },
  );
  return {
    ...started,
    async stop() {
      if (child.connected) {
        child.disconnect();
      }
      await gone;
    },
  };
}
