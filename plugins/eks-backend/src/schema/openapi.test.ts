import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { schemaProblems } from '../__testUtils__/schemaProblems';

// eslint-disable-next-line no-restricted-syntax -- never built, it runs from its sources
const SCRIPT = join(__dirname, '../../../../scripts/openapi.mjs');

describe('the published schema', () => {
  it('and the client of it are what the types say', async () => {
    await expect(
      promisify(execFile)(process.execPath, [SCRIPT, '--check']),
    ).resolves.toBeDefined();
  });

  it('refuses what is something else', () => {
    expect(schemaProblems('RuntimeResponse', { abilities: ['fly'] })).toEqual([
      " must have required property 'runtime'",
      '/abilities/0 must be equal to one of the allowed values',
    ]);
  });
});
