import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeEntries } from '../__testUtils__/existingRepository';
import { exampleInput, runAction } from '../__testUtils__/runAction';
import { createEksSourceAdoptAction } from './eksSourceAdopt';
import { examples } from './eksSourceAdopt.examples';

describe('examples of eks:source:adopt', () => {
  it.each(examples)('$description', async ({ example }) => {
    const workspacePath = mkdtempSync(join(tmpdir(), 'adopt-'));
    writeEntries(workspacePath, {
      '.slipway.yaml': 'ours',
      '.source/.slipway.yaml': 'theirs',
      '.source/src/main.js': 'theirs',
    });

    const { output } = await runAction(
      createEksSourceAdoptAction(),
      exampleInput(example),
      { workspacePath },
    );

    expect(output.added).toBe(1);
    expect(readFileSync(join(workspacePath, '.slipway.yaml'), 'utf8')).toBe(
      'ours',
    );
    rmSync(workspacePath, { recursive: true });
  });
});
