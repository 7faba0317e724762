import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleInput, runAction } from '../__testUtils__/runAction';
import { createEksSourceFetchAction } from './eksSourceFetch';
import { examples } from './eksSourceFetch.examples';

describe('examples of eks:source:fetch', () => {
  it.each(examples)('$description', async ({ example }) => {
    const reader = mockServices.urlReader.mock({
      readTree: async (_, options) => ({
        etag: 'a1b2c3',
        files: async () => [],
        archive: async () => {
          throw new Error('not asked for');
        },
        async dir({ targetDir = '' } = {}) {
          options?.filter?.('requirements.txt', { size: 6 });
          mkdirSync(targetDir, { recursive: true });
          writeFileSync(join(targetDir, 'requirements.txt'), 'flask\n');
          return targetDir;
        },
      }),
    });
    const integrations = ScmIntegrations.fromConfig(
      new ConfigReader({ integrations: { github: [{ host: 'github.com' }] } }),
    );

    const { output } = await runAction(
      createEksSourceFetchAction({ reader, integrations }),
      exampleInput(example),
    );

    expect(output).toMatchObject({
      runtime: 'python',
      fileCount: 1,
      revision: 'a1b2c3',
    });
  });
});
