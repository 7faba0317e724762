import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleInput, runAction } from '../__testUtils__/runAction';
import { recordOf, upgradable } from '../__testUtils__/upgradable';
import { createEksServiceUpgradeAction } from './eksServiceUpgrade';
import { examples } from './eksServiceUpgrade.examples';

describe('examples of eks:service:upgrade', () => {
  const root = mkdtempSync(join(tmpdir(), 'upgrade-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it.each(examples)('$description', async ({ example }) => {
    const services = await upgradable(root, {
      repository: { '.slipway.yaml': recordOf('1.0.0') },
      versions: { '1.0.0': {}, '1.1.0': { added: 'x' } },
    });
    const { output } = await runAction(
      createEksServiceUpgradeAction(services),
      exampleInput(example),
      { workspacePath: mkdtempSync(join(root, 'workspace-')) },
    );

    expect(output).toMatchObject({ changed: true, to: '1.1.0' });
  });
});
