import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(__dirname, '../../../../..');
const READY_MS = 240_000;

/** The page with its states, as somebody who works on it sees it. */
export interface DevServer {
  url: string;
  stop(): Promise<void>;
}

/** Starts it, and waits until it is compiled. */
export async function startDevServer(): Promise<DevServer> {
  const child = spawn(
    process.execPath,
    [
      resolve(ROOT, 'node_modules/@backstage/cli/bin/backstage-cli'),
      'package',
      'start',
      '--config',
      'dev/app-config.yaml',
    ],
    {
      cwd: resolve(ROOT, 'plugins/eks'),
      stdio: ['ignore', 'pipe', 'inherit'],
      // The server is a process of that one: both end together.
      detached: true,
    },
  );
  const gone = new Promise<void>(done => child.once('exit', () => done()));
  const stop = async () => {
    if (child.pid !== undefined && child.exitCode === null) {
      process.kill(-child.pid, 'SIGTERM');
      await gone;
    }
  };
  try {
    await new Promise<void>((done, reject) => {
      let said = '';
      const timer = setTimeout(
        () => reject(new Error(`the page is not compiled yet: ${said}`)),
        READY_MS,
      );
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('compiled successfully')) {
          clearTimeout(timer);
          done();
        }
      });
      child.once('exit', code =>
        reject(new Error(`the page ended with exit code ${code}: ${said}`)),
      );
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: 'http://localhost:3100', stop };
}
