import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { close, listen } from './core';

const packageRoot = resolve(__dirname, '..');

function startMain(...options: string[]) {
  const child = spawn(
    process.execPath,
    [
      '--require',
      require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      'src/main.ts',
      ...options,
    ],
    { cwd: packageRoot, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const texts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => texts.push(text));
  }
  return { child, output: () => texts.join('') };
}

it.each(['SIGINT', 'SIGTERM'] as const)(
  'says when it is ready and stops on %s',
  async signal => {
    const { child, output } = startMain('--ports', 'ephemeral');
    try {
      await once(child.stdout, 'data');
      const [url] = /http:\/\/localhost:\d+/.exec(output()) ?? [''];
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      child.kill(signal);
      expect(await once(child, 'exit')).toEqual([0, null]);
      await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    } finally {
      child.kill('SIGKILL');
    }
  },
  30_000,
);

it('says which port is taken and what to do', async () => {
  const blocker = createServer();
  // Taken already is as good.
  await listen(blocker, 7101, 'a test').catch(() => {});
  try {
    const { child, output } = startMain();
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(output().trim()).toMatch(
      /^Port 71\d\d is taken, .*stop the program that uses it.*\.$/,
    );
  } finally {
    await close(blocker);
  }
}, 30_000);
