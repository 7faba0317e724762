import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requirePrograms } from './programs';
import { startProgram } from './processes';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'processes-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a program that is a script. */
function start(lines: string) {
  writeFileSync(join(folder, 'tool'), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  return startProgram(folder, 'tool', [], folder);
}

it('says what a program said that ended as it started', async () => {
  const program = start('echo "port 1 is taken"; exit 1');
  await expect(program.ready(async () => false, 10_000)).rejects.toThrow(
    'tool ended as it started: port 1 is taken',
  );
});

it('says so when a program is not there', async () => {
  const program = startProgram(folder, 'none', [], folder);
  await expect(program.ready(async () => false, 10_000)).rejects.toThrow(
    /none did not start: .*ENOENT/,
  );
  await program.stop();
});

it('does not wait for ever', async () => {
  const program = start('exec sleep 60');
  await expect(program.ready(async () => false, 100)).rejects.toThrow(
    'tool was not ready in 100 ms',
  );
  await program.stop();
});

it('ends a program that will not', async () => {
  const program = start("trap '' TERM; echo up; while :; do sleep 1; done");
  await program.ready(async () => true, 10_000);
  await program.stop();
  await expect(program.stop()).resolves.toBeUndefined();
});

it('names what a folder lacks', () => {
  writeFileSync(join(folder, 'etcd'), '', { mode: 0o755 });
  expect(() => requirePrograms(folder, 'KUBEBUILDER_ASSETS')).toThrow(
    /^KUBEBUILDER_ASSETS names the folder .*, which has no kube-apiserver, kube-controller-manager, kube-scheduler, kwok: put/,
  );
});
