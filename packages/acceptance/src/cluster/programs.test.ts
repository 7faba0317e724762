import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAMS } from '@slipway/sandbox';
import { clusterPrograms } from './programs';

const user = 'npm run test:real';

describe('the programs of a control plane', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'programs-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are those that KUBEBUILDER_ASSETS names', async () => {
    for (const name of PROGRAMS) {
      writeFileSync(join(folder, name), '', { mode: 0o755 });
    }
    await expect(
      clusterPrograms({ user }, { KUBEBUILDER_ASSETS: folder }),
    ).resolves.toBe(folder);
  });

  it('are named where that folder lacks them', async () => {
    for (const name of ['etcd', 'kube-apiserver']) {
      writeFileSync(join(folder, name), '', { mode: 0o755 });
    }
    writeFileSync(join(folder, 'kwok'), 'not to be run', { mode: 0o644 });
    await expect(
      clusterPrograms({ user }, { KUBEBUILDER_ASSETS: folder }),
    ).rejects.toThrow(
      /KUBEBUILDER_ASSETS names the folder .*, which has no kube-controller-manager, kube-scheduler, kwok: put/,
    );
  });

  it('says so where there is no such folder', async () => {
    await expect(
      clusterPrograms({ user }, { KUBEBUILDER_ASSETS: join(folder, 'none') }),
    ).rejects.toThrow(/which is not there: correct it, or leave it out/);
  });

  it('says how to get Go where they are to be built and there is none', async () => {
    await expect(
      clusterPrograms(
        { user, go: join(folder, 'none'), cache: join(folder, 'cache') },
        {},
      ),
    ).rejects.toThrow(/npm run test:real needs Go.*install Go 1\.26 or newer/);
  });

  it('tells the linker which version of Kubernetes they are', async () => {
    const go = join(folder, 'go');
    writeFileSync(
      go,
      '#!/bin/sh\nif [ "$1" = env ]; then echo go1.26.0; else echo "$@" > "$GOBIN/said"; fi\n',
      { mode: 0o755 },
    );
    mkdirSync(join(folder, 'cache'));
    const built = await clusterPrograms(
      { user, go, cache: join(folder, 'cache') },
      {},
    );
    expect(readFileSync(join(built, 'said'), 'utf8')).toMatch(
      /-ldflags -s -w -X k8s\.io\/component-base\/version\.gitVersion=v1\.35\.\d+ .*gitMajor=1 .*gitMinor=35 tool/,
    );
  });
});
