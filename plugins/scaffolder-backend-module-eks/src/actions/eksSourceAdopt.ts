import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod/v3';
import { parseInput } from '../lib/input';
import { adopt, filesIn, planAdoption } from '../lib/source/adoption';
import { writeNote } from '../lib/source/note';
import { withBeside } from '../lib/upgrade/record';
import { examples } from './eksSourceAdopt.examples';

const EKS_SOURCE_ADOPT = 'eks:source:adopt';

const inputFields = {
  sourcePath: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .max(200)
      .default('.source')
      .describe('Folder of the workspace with what is brought in'),
  targetPath: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .max(200)
      .default('.')
      .describe('Folder of the workspace with what was generated'),
  generatedFirst: (zod: typeof z) =>
    zod
      .array(zod.string().min(1).max(200))
      .max(50)
      .default(['.slipway.yaml', 'catalog-info.yaml'])
      .describe(
        'Generated files that keep their place, since others read them there; a folder ends in `/`',
      ),
  historyPath: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .max(200)
      .default('.source-history')
      .describe(
        'Folder of the workspace with the commits, where `eks:source:fetch` brought them; what is published then is one commit on top',
      ),
  sourceUrl: (zod: typeof z) =>
    zod
      .string()
      .max(1000)
      .describe('Where it comes from, for the document that says so'),
  revision: (zod: typeof z) =>
    zod
      .string()
      .max(200)
      .optional()
      .describe('Which state of it: output of `eks:source:fetch`'),
  leftOut: (zod: typeof z) =>
    zod
      .array(zod.object({ path: zod.string(), reason: zod.string() }))
      .default([])
      .describe('What did not come along: output of `eks:source:fetch`'),
  notePath: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .max(200)
      .default('docs/brought-in.md')
      .describe('The document, in `targetPath`'),
  recordPath: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe(
        'File in `targetPath` that says what was generated, `.slipway.yaml`: it gets the names of generated files that gave way, which an upgrade reads',
      ),
};

const outputFields = {
  added: (zod: typeof z) =>
    zod.number().describe('How many files came where nothing was'),
  beside: (zod: typeof z) =>
    zod
      .array(
        zod.object({
          path: zod.string().describe('Name that both had'),
          beside: zod.string().describe('Where the other one is now'),
          whose: zod
            .enum(['generated', 'brought in'])
            .describe('Which one gave way'),
        }),
      )
      .describe('Files of one name that differed; both are there'),
};

/**
 * Brings files that were fetched together with those that were generated, and
 * overwrites none of either. See `docs/actions/eks-source-adopt.md`.
 *
 * @public
 */
export function createEksSourceAdoptAction() {
  return createTemplateAction({
    id: EKS_SOURCE_ADOPT,
    description:
      'Brings an existing source together with what was generated, without overwriting a file',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const input = parseInput(EKS_SOURCE_ADOPT, inputFields, ctx.input);
      const source = resolveSafeChildPath(ctx.workspacePath, input.sourcePath);
      const target = resolveSafeChildPath(ctx.workspacePath, input.targetPath);
      // Cut short and run again, the files lie as half of the plan left them.
      const { plan, files } = await ctx.checkpoint({
        key: `source.adopt.${input.sourcePath}.${input.targetPath}`,
        fn: async () => ({
          plan: await planAdoption({
            source,
            target,
            generatedFirst: input.generatedFirst,
            reserved: [
              input.notePath,
              `${input.sourcePath}/`,
              `${input.historyPath}/`,
            ],
          }),
          files: (await filesIn(source)) ?? [],
        }),
      });
      await adopt(plan, { source, target });
      const withHistory = await moveHistory(
        resolveSafeChildPath(ctx.workspacePath, input.historyPath),
        resolveSafeChildPath(target, '.git'),
      );
      const note = resolveSafeChildPath(target, input.notePath);
      await mkdir(dirname(note), { recursive: true });
      await writeFile(
        note,
        writeNote({
          url: input.sourceUrl,
          revision: input.revision,
          plan,
          files,
          leftOut: input.leftOut,
          withHistory,
        }),
      );
      if (input.recordPath !== undefined) {
        const record = resolveSafeChildPath(target, input.recordPath);
        await writeFile(
          record,
          withBeside(
            await readFile(record, 'utf8'),
            Object.fromEntries(
              plan.beside
                .filter(({ whose }) => whose === 'generated')
                .map(({ path, beside }) => [path, beside]),
            ),
          ),
        );
      }
      for (const { path, beside, whose } of plan.beside) {
        ctx.logger.warn(
          `Two files are ${JSON.stringify(path)}: the one that was ${whose} is ${JSON.stringify(beside)} now`,
        );
      }
      ctx.output('added', plan.added.length);
      ctx.output('beside', plan.beside);
    },
  });
}

/** @returns whether there is a history, moved now or before */
async function moveHistory(from: string, to: string): Promise<boolean> {
  if (existsSync(from)) {
    await rm(to, { recursive: true, force: true });
    await rename(from, to);
  }
  return existsSync(to);
}
