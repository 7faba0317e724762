import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pythonEnvironment } from './python';

const requirements = resolve(__dirname, '../contract/moto/requirements.txt');

describe('a virtual environment', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'python-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** A program that is not Python, as far as the environment is concerned. */
  function program(lines: string): string {
    const file = join(folder, 'python3');
    writeFileSync(file, `#!/bin/sh\n${lines}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  const cache = () => join(folder, 'cache');
  const made = (python: string) =>
    pythonEnvironment({ user: 'moto', requirements, python, cache: cache() });

  it('says how to get Python where there is none', async () => {
    await expect(made(join(folder, 'missing'))).rejects.toThrow(
      /moto needs Python.*apt-get install python3 python3-venv/,
    );
  });

  it('says how to get a newer one where it is too old', async () => {
    await expect(made(program('echo 3 9'))).rejects.toThrow(
      /needs a newer Python than .*, which is 3\.9: install Python 3\.11 or newer/,
    );
  });

  it('says what is missing where it has no venv, and leaves nothing half made', async () => {
    const python = program(
      'case "$1" in -c) echo 3 12;; *) echo "No module named venv" >&2; exit 1;; esac',
    );

    await expect(made(python)).rejects.toThrow(
      /cannot make a virtual environment \(No module named venv\).*python3-venv/,
    );
    expect(readdirSync(cache())).toEqual([]);
  });
});
