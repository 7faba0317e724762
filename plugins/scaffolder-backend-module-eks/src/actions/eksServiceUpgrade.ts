import {
  type AuthService,
  type BackstageCredentials,
  resolveSafeChildPath,
  type UrlReaderService,
  type UserInfoService,
} from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import { ConflictError, NotFoundError } from '@backstage/errors';
import type { ScmIntegrations } from '@backstage/integration';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import {
  createTemplateAction,
  type ScaffolderService,
} from '@backstage/plugin-scaffolder-node';
import {
  explainEntityRef,
  openGitHub,
  readEntityRef,
} from '@slipway/backstage-plugin-eks-node/resources';
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod/v3';
import { inputError, parseInput } from '../lib/input';
import { requireOwner } from '../lib/requireOwner';
import { readSource } from '../lib/source/readSource';
import { factsOf } from '../lib/undo/serviceFacts';
import {
  describeUpgrade,
  titleOf,
  titleStart,
} from '../lib/upgrade/describeUpgrade';
import type { Merge, Tree, TreeFile } from '../lib/upgrade/mergeTrees';
import { planUpgrade } from '../lib/upgrade/planUpgrade';
import { compareVersions, RECORD, readRecord } from '../lib/upgrade/record';
import { renderTemplate } from '../lib/upgrade/renderTemplate';
import { withTemplate } from '../lib/upgrade/templateVersions';
import { examples } from './eksServiceUpgrade.examples';

const EKS_SERVICE_UPGRADE = 'eks:service:upgrade';

const inputFields = {
  entityRef: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .describe(
        'Reference of the service in the catalog: `component:default/orders`',
      ),
  targetPath: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .max(200)
      .default('changes')
      .describe(
        'Folder of the workspace that gets the files that change; made anew',
      ),
  branchName: (zod: typeof z) =>
    zod
      .string()
      .regex(/^[A-Za-z0-9][\w./-]{0,99}$/)
      .default('upgrade-template')
      .describe(
        'Branch that the pull request is made from; one that somebody else committed to is refused',
      ),
};

const outputFields = {
  changed: (zod: typeof z) =>
    zod.boolean().describe('Whether there is anything to do'),
  message: (zod: typeof z) =>
    zod.string().describe('What is to do, or why nothing is, in a sentence'),
  repoUrl: (zod: typeof z) =>
    zod.string().describe('The repository, as the repository picker writes it'),
  from: (zod: typeof z) =>
    zod.string().describe('Version that the repository was made with'),
  to: (zod: typeof z) => zod.string().describe('Version of the template now'),
  title: (zod: typeof z) =>
    zod.string().describe('For the pull request: from which version to which'),
  description: (zod: typeof z) =>
    zod.string().describe('For the pull request: what to look at, in Markdown'),
  branchName: (zod: typeof z) =>
    zod.string().describe('Branch for the pull request'),
  targetPath: (zod: typeof z) =>
    zod.string().describe('Folder of the workspace with the files that change'),
  deleted: (zod: typeof z) => zod.array(zod.string()).describe('Files that go'),
  conflicts: (zod: typeof z) =>
    zod
      .array(
        zod.object({
          path: zod.string().describe('The file'),
          outcome: zod
            .enum(['marked', 'kept', 'gone'])
            .describe(
              '`marked`: both are in the file; `kept`: as it was; `gone`: it was removed before, and stays so',
            ),
        }),
      )
      .describe('Files that both the repository and the template changed'),
};

const OUTCOMES = {
  marked: 'both changed the same lines, and both are marked in the file',
  kept: 'the repository’s was kept, and the template’s change is not in it',
  gone: 'the repository has no such file any more, and gets none',
};

const commitSchema = z.object({ commit: z.object({ message: z.string() }) });

/**
 * What {@link createEksServiceUpgradeAction} works with.
 *
 * @public
 */
export interface UpgradeServices {
  catalog: CatalogService;
  integrations: ScmIntegrations;
  reader: UrlReaderService;
  auth: AuthService;
  userInfo: UserInfoService;
  /** Fills templates in. */
  scaffolder: Pick<ScaffolderService, 'dryRun'>;
}

/**
 * Merges what changed in a template into a repository that an earlier version
 * made, and leaves the result in the workspace for a pull request. See
 * `docs/actions/eks-service-upgrade.md`.
 *
 * @public
 */
export function createEksServiceUpgradeAction(services: UpgradeServices) {
  return createTemplateAction({
    id: EKS_SERVICE_UPGRADE,
    description:
      'Merges a new version of its template into a service’s repository, for a pull request',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const input = parseInput(EKS_SERVICE_UPGRADE, inputFields, ctx.input);
      const { targetPath, branchName } = input;
      const { signal } = ctx;
      const target = resolveSafeChildPath(ctx.workspacePath, targetPath);
      if (target === resolveSafeChildPath(ctx.workspacePath, '.')) {
        throw inputError(EKS_SERVICE_UPGRADE, [
          {
            field: 'targetPath',
            message:
              'is the workspace itself, which would be emptied; name a folder in it',
          },
        ]);
      }
      const credentials = await ctx.getInitiatorCredentials();
      const entity = await findService(input.entityRef, services, credentials);
      const { repoUrl, repositoryPage } = factsOf(entity);
      const { name } = entity.metadata;
      if (!repoUrl || !repositoryPage) {
        throw new NotFoundError(
          `the catalog has not read ${name} from a repository, so there is none to upgrade; register its catalog-info.yaml by its address`,
        );
      }
      const ours = await readRepository(repositoryPage, services, signal);
      const text = ours.get(RECORD)?.content.toString('utf8');
      if (text === undefined) {
        throw new NotFoundError(
          `${repositoryPage} has no ${RECORD}, which says what it was made with; nothing can be merged without it`,
        );
      }
      const record = readRecord(text, repositoryPage);
      const template = await findTemplate(
        record.template.name,
        services,
        credentials,
      );

      const { merge, to } = await withTemplate(
        template,
        services,
        async versions => {
          const render = {
            scaffolder: services.scaffolder,
            credentials,
            repository: repositoryPage,
          };
          const theirs = await renderTemplate(versions.current, record, {
            ...render,
            name: `the template ${record.template.name}`,
          });
          signal?.throwIfAborted();
          const now = readRecord(
            theirs.get(RECORD)?.content.toString('utf8') ?? '',
            `the template ${record.template.name}`,
          ).template.version;
          if (compareVersions(record.template.version, now) >= 0) {
            return { to: now, merge: undefined };
          }
          const base = await renderTemplate(
            await versions.release(record.template.version),
            record,
            {
              ...render,
              name: `version ${record.template.version} of the template ${record.template.name}`,
            },
          );
          signal?.throwIfAborted();
          return {
            to: now,
            merge: await planUpgrade({
              record,
              base,
              ours,
              theirs,
              sides: { ours: 'repository', theirs: `template-${now}` },
              signal,
            }),
          };
        },
      );
      const upgrade = {
        template: record.template.name,
        from: record.template.version,
        to,
      };
      if (merge) {
        await requireOwnBranch(
          { repoUrl, branchName, template: upgrade.template },
          services,
          signal,
        );
      }
      await rm(target, { recursive: true, force: true });
      await writeFiles(target, merge?.written ?? new Map());

      const message = explain(name, upgrade, merge);
      ctx.logger.info(message);
      for (const { path, outcome } of merge?.conflicts ?? []) {
        ctx.logger.warn(`${JSON.stringify(path)}: ${OUTCOMES[outcome]}`);
      }
      ctx.output('changed', merge !== undefined);
      ctx.output('message', message);
      ctx.output('repoUrl', repoUrl);
      ctx.output('from', upgrade.from);
      ctx.output('to', upgrade.to);
      ctx.output('title', titleOf(upgrade));
      ctx.output('description', merge ? describeUpgrade(upgrade, merge) : '');
      ctx.output('branchName', branchName);
      ctx.output('targetPath', targetPath);
      ctx.output('deleted', merge?.deleted ?? []);
      ctx.output('conflicts', merge?.conflicts ?? []);
    },
  });
}

function explain(
  name: string,
  { template, from, to }: { template: string; from: string; to: string },
  merge: Merge | undefined,
): string {
  if (merge) {
    const { written, deleted, conflicts } = merge;
    const marked = conflicts.filter(({ outcome }) => outcome === 'marked');
    return `${name} goes from version ${from} of ${template} to ${to}: ${written.size} files change, ${deleted.length} go, ${marked.length} have conflicts`;
  }
  return from === to
    ? `${name} is at version ${from} of ${template}, the current one: nothing to do`
    : `${name} was made with version ${from} of ${template}, and this portal has the older ${to}: nothing to do`;
}

async function findService(
  entityRef: string,
  { catalog, auth, userInfo }: UpgradeServices,
  credentials: BackstageCredentials,
): Promise<Entity> {
  const ref = readEntityRef(entityRef, 'component');
  if (!ref) {
    throw inputError(EKS_SERVICE_UPGRADE, [
      {
        field: 'entityRef',
        message: explainEntityRef(entityRef, 'component:default/orders'),
      },
    ]);
  }
  const entity = await catalog.getEntityByRef(ref, { credentials });
  if (!entity) {
    throw new NotFoundError(`the catalog has no ${ref}, or you may not see it`);
  }
  await requireOwner(entity, credentials, { auth, userInfo }, 'upgrade');
  return entity;
}

async function findTemplate(
  name: string,
  { catalog }: UpgradeServices,
  credentials: BackstageCredentials,
): Promise<Entity> {
  const template = await catalog.getEntityByRef(`template:default/${name}`, {
    credentials,
  });
  if (!template) {
    throw new NotFoundError(
      `the catalog has no template ${name}, with which the repository was made, or you may not see it; ask the portal's operators to register it`,
    );
  }
  return template;
}

/** Every file of a repository's default branch. */
async function readRepository(
  url: string,
  { reader }: UpgradeServices,
  signal?: AbortSignal,
): Promise<Tree> {
  const into = await mkdtemp(join(tmpdir(), 'slipway-repository-'));
  try {
    const { files } = await readSource({ reader, url, into, signal });
    const tree = new Map<string, TreeFile>();
    for (const path of files) {
      const full = join(into, path);
      const { mode } = await stat(full);
      tree.set(path, {
        content: await readFile(full),
        executable: (mode & 0o100) !== 0,
      });
    }
    return tree;
  } finally {
    await rm(into, { recursive: true, force: true });
  }
}

/**
 * Makes sure that nobody's work is lost: the pull request's branch is made
 * anew each time.
 */
async function requireOwnBranch(
  branch: { repoUrl: string; branchName: string; template: string },
  { integrations }: UpgradeServices,
  signal?: AbortSignal,
): Promise<void> {
  const { repoUrl, branchName, template } = branch;
  const place = openGitHub(repoUrl, integrations, signal);
  const answer = await place?.ask(
    `/repos/${place.owner}/${place.repo}/commits/${branchName}`,
  );
  if (answer?.status !== 200) {
    return;
  }
  const { commit } = commitSchema.parse(JSON.parse(answer.text));
  if (!commit.message.startsWith(titleStart(template))) {
    throw new ConflictError(
      `somebody committed to the branch ${branchName} of an earlier upgrade, and it would be made anew: merge its pull request, or delete the branch, and run this again`,
    );
  }
}

async function writeFiles(
  folder: string,
  files: ReadonlyMap<string, TreeFile>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, { content, executable }] of files) {
    const full = resolveSafeChildPath(folder, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, content);
    await chmod(full, executable ? 0o755 : 0o644);
  }
}
