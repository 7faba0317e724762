import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goTools } from './go';

describe('tools from Go modules', () => {
  let folder: string;
  const cache = () => join(folder, 'cache');
  const built = (go: string) =>
    goTools({
      user: 'npm run test:golden',
      module: join(folder, 'module'),
      go,
      cache: cache(),
    });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'go-'));
    mkdirSync(join(folder, 'module'));
    writeFileSync(join(folder, 'module/go.mod'), 'module tools\n');
    writeFileSync(join(folder, 'module/go.sum'), '');
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A program that is not Go, as far as the tools are concerned. */
  function program(lines: string): string {
    const file = join(folder, 'go');
    writeFileSync(file, `#!/bin/sh\n${lines}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  it('says how to get Go where there is none', async () => {
    await expect(built(join(folder, 'missing'))).rejects.toThrow(
      /npm run test:golden needs Go.*install Go 1\.26 or newer/,
    );
  });

  it('says how to get a newer one where it is too old', async () => {
    await expect(built(program('echo go1.22.3'))).rejects.toThrow(
      /needs a newer Go than .*, which is go1\.22\.3/,
    );
  });

  it('are built once', async () => {
    const go = program(
      'if [ "$1" = env ]; then echo go1.26.0; else echo built >> "$GOBIN/tool"; fi',
    );
    const first = await built(go);
    expect(await built(go)).toBe(first);
    expect(readdirSync(first)).toEqual(['tool']);
    expect(readdirSync(cache())).toHaveLength(1);
  });

  it('leaves nothing half made where they cannot be built', async () => {
    const go = program(
      'if [ "$1" = env ]; then echo go1.26.0; else echo "no such host" >&2; exit 1; fi',
    );
    await expect(built(go)).rejects.toThrow(
      /could not build the tools .*no such host.*Check the network/s,
    );
    expect(readdirSync(cache())).toEqual([]);
  });
});
