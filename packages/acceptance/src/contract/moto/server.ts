import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pythonEnvironment } from '../../toolchain/python';

const START_MS = 60_000;
const LOOK_AGAIN_MS = 100;
const STOP_MS = 5_000;

/** A running moto. */
export interface Moto {
  /** For AWS_ENDPOINT_URL. */
  url: string;
  stop(): Promise<void>;
}

function freePort(): Promise<number> {
  return new Promise((done, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object'
          ? done(address.port)
          : reject(new Error('the system gives no port')),
      );
    });
  });
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function stop(child: ChildProcess): Promise<void> {
  if (ended(child)) {
    return;
  }
  const gone = new Promise(done => child.once('exit', done));
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(insist);
}

/**
 * Starts moto on a free port, in the virtual environment of
 * `requirements.txt`, which is installed first if it is not there.
 *
 * @param accountId - account of callers that took no role
 */
export async function startMoto(accountId: string): Promise<Moto> {
  const python = await pythonEnvironment({
    user: 'moto',
    requirements: resolve(__dirname, 'requirements.txt'),
  });
  const port = await freePort();
  const child = spawn(
    python,
    ['-m', 'moto.server', '--host', '127.0.0.1', '--port', String(port)],
    {
      // moto must know no credentials but those that it is called with.
      env: { PATH: process.env.PATH, MOTO_ACCOUNT_ID: accountId },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.on('data', chunk => {
    said = (said + chunk).slice(-4_000);
  });
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_MS;
  for (;;) {
    if (ended(child)) {
      throw new Error(`moto ended as it started: ${said}`);
    }
    if (Date.now() > deadline) {
      await stop(child);
      throw new Error(`moto did not answer in ${START_MS} ms: ${said}`);
    }
    const answers = await fetch(`${url}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) {
      return { url, stop: () => stop(child) };
    }
    await pause(LOOK_AGAIN_MS);
  }
}
