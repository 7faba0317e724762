import {
  resolveSafeChildPath,
  type UrlReaderService,
} from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { rm } from 'node:fs/promises';
import { z } from 'zod/v3';
import { inputError, parseInput } from '../lib/input';
import {
  detectRuntime,
  RUNTIMES,
  STARTERS,
  type Detected,
  type Runtime,
} from '../lib/source/detectRuntime';
import { fetchHistory } from '../lib/source/fetchHistory';
import { pipelinesOf } from '../lib/source/note';
import { readSource, readText } from '../lib/source/readSource';
import { examples } from './eksSourceFetch.examples';

const EKS_SOURCE_FETCH = 'eks:source:fetch';

const inputFields = {
  sourceUrl: (zod: typeof z) =>
    zod
      .string()
      .max(1000)
      .describe(
        'Repository, or folder of one, on a git host that the portal has an integration for: `https://github.com/acme/orders/tree/main/api`',
      ),
  runtime: (zod: typeof z) =>
    zod
      .enum(['auto-detect', ...RUNTIMES])
      .default('auto-detect')
      .describe('What it is written in; by default what its files say'),
  supportedRuntimes: (zod: typeof z) =>
    zod
      .array(zod.enum(RUNTIMES))
      .min(1)
      .default([...RUNTIMES])
      .describe('What the template can go on with; by default everything'),
  targetPath: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .max(200)
      .default('.source')
      .describe('Folder of the workspace that gets the files; made anew'),
  history: (zod: typeof z) =>
    zod
      .boolean()
      .default(false)
      .describe(
        'Whether the commits come too, with all that was ever in them; only of a whole repository on GitHub or GitLab',
      ),
  historyPath: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .max(200)
      .default('.source-history')
      .describe(
        'Folder of the workspace that gets the commits, for `eks:source:adopt`; made anew',
      ),
  token: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'Token of whoever asks, from `secrets`, so that nobody brings in what they may not read; the integration’s own when left out',
      ),
};

const outputFields = {
  runtime: (zod: typeof z) =>
    zod.enum(RUNTIMES).describe('What it is written in'),
  because: (zod: typeof z) =>
    zod.string().describe('The file that says so, or that it was chosen'),
  startWith: (zod: typeof z) =>
    zod
      .enum(STARTERS)
      .optional()
      .describe(
        'With which program it is started, or built where it is compiled; left out where the files do not tell',
      ),
  startTarget: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'What that program starts: a file, for web servers of Python module and name, `app:app`, for Go a package, `./cmd/orders`',
      ),
  version: (zod: typeof z) =>
    zod
      .number()
      .optional()
      .describe('Major version of Java that it is built and run with'),
  locked: (zod: typeof z) =>
    zod.boolean().describe('Whether it has a lock file of npm'),
  fileCount: (zod: typeof z) =>
    zod.number().describe('How many files were fetched'),
  leftOut: (zod: typeof z) =>
    zod
      .array(
        zod.object({
          path: zod.string().describe('As the repository names it'),
          reason: zod.string().describe('Why'),
        }),
      )
      .describe('What was not taken: links, files of more than 10 MiB'),
  pipelines: (zod: typeof z) =>
    zod
      .array(zod.string())
      .describe('Files of it that a git host or another service would run'),
  revision: (zod: typeof z) =>
    zod
      .string()
      .describe('State of the files as the git host names it: the commit'),
};

/**
 * Fetches somebody's repository into a folder of the workspace and tells what
 * it is written in. Nothing of it is run. See
 * `docs/actions/eks-source-fetch.md`.
 *
 * @public
 */
export function createEksSourceFetchAction(services: {
  reader: UrlReaderService;
  integrations: ScmIntegrationRegistry;
}) {
  const { reader, integrations } = services;
  return createTemplateAction({
    id: EKS_SOURCE_FETCH,
    description:
      'Fetches an existing repository into the workspace and detects what it is written in',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const input = parseInput(EKS_SOURCE_FETCH, inputFields, ctx.input);
      const problem = explainSource(input.sourceUrl, integrations);
      if (problem !== undefined) {
        throw inputError(EKS_SOURCE_FETCH, [
          { field: 'sourceUrl', message: problem },
        ]);
      }
      const into = resolveSafeChildPath(ctx.workspacePath, input.targetPath);
      const workspace = resolveSafeChildPath(ctx.workspacePath, '.');
      for (const field of ['targetPath', 'historyPath'] as const) {
        if (
          resolveSafeChildPath(ctx.workspacePath, input[field]) === workspace
        ) {
          throw inputError(EKS_SOURCE_FETCH, [
            {
              field,
              message:
                'is the workspace itself, which would be emptied; name a folder in it',
            },
          ]);
        }
      }
      const tree = await readSource({
        reader,
        url: input.sourceUrl,
        token: input.token,
        into,
        signal: ctx.signal,
      });
      const history = resolveSafeChildPath(
        ctx.workspacePath,
        input.historyPath,
      );
      await rm(history, { recursive: true, force: true });
      if (input.history) {
        await fetchHistory({
          integrations,
          url: input.sourceUrl,
          token: input.token,
          revision: tree.revision,
          into: history,
          signal: ctx.signal,
        });
      }
      const detected = await detectRuntime({
        files: tree.files,
        read: path => readText(into, tree, path),
      });
      const { runtime, because } = choose(detected, input);
      const start = runtime === 'static' ? undefined : detected.start[runtime];
      const pipelines = pipelinesOf(tree.files);

      ctx.logger.info(
        `${tree.files.length} files of ${input.sourceUrl}; ${runtime}, by ${because}`,
      );
      for (const { path, reason } of tree.leftOut) {
        ctx.logger.warn(`Left out: ${JSON.stringify(path)}, because ${reason}`);
      }
      for (const path of pipelines) {
        ctx.logger.warn(
          `The git host would run ${JSON.stringify(path)} with what the new repository may do: read it before the next push`,
        );
      }
      ctx.output('runtime', runtime);
      ctx.output('because', because);
      if (start) {
        ctx.output('startWith', start.with);
        if (start.target !== undefined) {
          ctx.output('startTarget', start.target);
        }
        if (start.version !== undefined) {
          ctx.output('version', start.version);
        }
      }
      ctx.output('locked', detected.locked);
      ctx.output('fileCount', tree.files.length);
      ctx.output('leftOut', tree.leftOut);
      ctx.output('pipelines', pipelines);
      ctx.output('revision', tree.revision);
    },
  });
}

/** What is wrong with the address; undefined when nothing is. */
function explainSource(
  sourceUrl: string,
  integrations: ScmIntegrationRegistry,
): string | undefined {
  const url = URL.canParse(sourceUrl) ? new URL(sourceUrl) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    return 'is no address of a repository; use one such as https://github.com/acme/orders';
  }
  if (url.username || url.password) {
    return 'has a name or a password in it; leave them out, the portal’s integration or `token` is used';
  }
  if (!integrations.byUrl(url)) {
    return `the portal has no integration for ${url.host}; ask its operators for one in \`integrations\``;
  }
  return undefined;
}

function choose(
  { candidates }: Detected,
  input: {
    sourceUrl: string;
    runtime: Runtime | 'auto-detect';
    supportedRuntimes: Runtime[];
  },
): { runtime: Runtime; because: string } {
  const { sourceUrl, runtime, supportedRuntimes } = input;
  const known = supportedRuntimes.join(', ');
  const [first, ...others] =
    runtime === 'auto-detect'
      ? candidates
      : [{ runtime, because: 'your choice' }];
  if (!first) {
    throw new InputError(
      `\`sourceUrl\`: nothing in the root of ${sourceUrl} tells what it is written in (package.json, pyproject.toml, requirements.txt, pom.xml, build.gradle, go.mod, index.html); name the folder of the service, or choose \`runtime\``,
    );
  }
  if (others.length > 0) {
    throw new InputError(
      `\`runtime\`: ${sourceUrl} can be ${candidates
        .map(({ runtime: name, because }) => `${name} (by ${because})`)
        .join(' or ')}; choose one, or name the folder of the service`,
    );
  }
  if (!supportedRuntimes.includes(first.runtime)) {
    throw new InputError(
      `\`runtime\`: ${sourceUrl} is ${first.runtime} (by ${first.because}), and this template goes on with ${known} alone; choose one of them if that is wrong`,
    );
  }
  return first;
}
