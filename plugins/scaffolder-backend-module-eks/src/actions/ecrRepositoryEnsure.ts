import { ImageTagMutability } from '@aws-sdk/client-ecr';
import type { RegistryScanningConfiguration } from '@aws-sdk/client-ecr';
import { isError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { partitionOfRegion } from '@slipway/backstage-plugin-eks-common';
import type { AwsClients } from '@slipway/backstage-plugin-eks-node';
import { z } from 'zod/v3';
import {
  type Change,
  changesSchema,
  driftSchema,
  mergeChanges,
  type Remembered,
  reportDrift,
} from '../lib/changes';
import { ensureRepository } from '../lib/ecr/ensureRepository';
import { effectiveScan } from '../lib/ecr/effectiveScan';
import {
  checkLifecycleRules,
  lifecyclePolicyText,
} from '../lib/ecr/lifecyclePolicy';
import { checkLifecyclePolicyText } from '../lib/ecr/lifecyclePolicyText';
import { readRegistryScanning } from '../lib/ecr/repositoryState';
import {
  explainEntityRef,
  explainRegion,
  explainRepositoryName,
  openRegistry,
  type Ownership,
  readEntityRef,
  type Registry,
  repositoryAddress,
} from '@slipway/backstage-plugin-eks-node/resources';
import {
  checkRepositoryAccess,
  repositoryPolicyText,
} from '../lib/ecr/repositoryPolicy';
import { checkRepositoryPolicyText } from '../lib/ecr/repositoryPolicyText';
import {
  type FieldProblem,
  type ParsedInput,
  parseInput,
  throwProblems,
} from '../lib/input';
import { checkTags } from '../lib/tags';
import { examples } from './ecrRepositoryEnsure.examples';

const ECR_REPOSITORY_ENSURE = 'aws:ecr:repository:ensure';

/** ECR's limit on exclusion filters of one repository. */
const maximumExclusionFilters = 5;

const inputFields = {
  name: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'Name of the repository with its namespaces, e.g. `shop/orders`: 2 to 256 lower-case letters, digits, single `.`, `_`, `-` between them and `/` between namespaces',
      ),
  accountId: (zod: typeof z) =>
    zod
      .string()
      .regex(/^\d{12}$/, 'An AWS account id has 12 digits')
      .describe('AWS account that holds the registry: 12 digits'),
  region: (zod: typeof z) =>
    zod.string().describe('AWS region of the registry, e.g. `eu-west-1`'),
  owner: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .describe(
        'Reference of the catalog entity that the repository belongs to, usually the service: `component:default/orders`. Written to the tag `slipway:entity`; a repository of another entity is refused',
      ),
  imageTagMutability: (zod: typeof z) =>
    zod
      .nativeEnum(ImageTagMutability)
      .default('IMMUTABLE')
      .describe(
        'Whether a tag may be moved to another image. The two modes with exclusion need `exclusionFilters`',
      ),
  exclusionFilters: (zod: typeof z) =>
    zod
      .array(
        zod
          .string()
          .regex(
            /^[0-9A-Za-z._*-]{1,128}$/,
            'An exclusion filter has 1 to 128 letters, digits, `.`, `_`, `-` and `*`',
          ),
      )
      .max(
        maximumExclusionFilters,
        `ECR takes at most ${maximumExclusionFilters} exclusion filters`,
      )
      .default([])
      .describe(
        'Tags that the mutability does not apply to, with `*` as wildcard (at most 2 in one filter); 1 to 5 for the two modes with exclusion, none otherwise',
      ),
  encryption: (zod: typeof z) =>
    zod
      .object({
        type: zod
          .enum(['AES256', 'KMS', 'KMS_DSSE'])
          .default('AES256')
          .describe(
            'Encryption at rest: by keys of S3, by a KMS key, or by a KMS key in two layers',
          ),
        kmsKey: zod
          .string()
          .min(1)
          .max(2048)
          .optional()
          .describe(
            'ARN, id or alias of the KMS key; the key that AWS manages when left out. Only with `KMS` and `KMS_DSSE`',
          ),
      })
      .strict()
      .default({})
      .describe(
        'Encryption of the images. AWS cannot change it after the repository was made',
      ),
  scanOnPush: (zod: typeof z) =>
    zod
      .boolean()
      .default(true)
      .describe(
        "The repository's own switch for scanning. Rules of the registry go before it; the output `scan` says what is in effect",
      ),
  lifecycle: (zod: typeof z) =>
    zod
      .object({
        keepTagged: zod
          .object({
            count: zod
              .number()
              .int()
              .min(1)
              .describe('How many images stay, the newest'),
            patterns: zod
              .array(zod.string())
              .min(1)
              .default(['*'])
              .describe('Tags that count, with `*` as wildcard'),
          })
          .strict()
          .optional()
          .describe('Keeps the newest tagged images and expires older ones'),
        expireUntaggedAfterDays: zod
          .number()
          .int()
          .min(1)
          .optional()
          .describe('Days after its push at which an image without a tag goes'),
      })
      .strict()
      .optional()
      .describe(
        'Lifecycle policy in its usual form; nothing expires when left out',
      ),
  lifecyclePolicyText: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        "Lifecycle policy as ECR's JSON, instead of `lifecycle`; up to 30 720 characters",
      ),
  access: (zod: typeof z) =>
    zod
      .object({
        pullAccounts: zod
          .array(zod.string())
          .default([])
          .describe('Ids of AWS accounts that may pull, 12 digits each'),
        pullOrganizations: zod
          .array(zod.string())
          .default([])
          .describe(
            'Ids of AWS organizations, any account of which may pull: `o-a1b2c3d4e5`',
          ),
        pushRoles: zod
          .array(zod.string())
          .default([])
          .describe('ARNs of IAM roles that may push, and pull'),
      })
      .strict()
      .optional()
      .describe(
        "Repository policy in its usual form: who may pull and push from other accounts. The registry's own account goes by the policies of its identities",
      ),
  repositoryPolicyText: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        "Repository policy as IAM's JSON, instead of `access`; up to 10 240 characters",
      ),
  tags: (zod: typeof z) =>
    zod
      .record(zod.string())
      .default({})
      .describe(
        'Further tags of the repository, at most 47; tags that are there and not named here stay',
      ),
  onExisting: (zod: typeof z) =>
    zod
      .enum(['adopt', 'fail'])
      .default('fail')
      .describe(
        'What to do with a repository that exists and belongs to no entity. One that belongs to `owner` is always taken, one that belongs to another never',
      ),
  onOtherTask: (zod: typeof z) =>
    zod
      .enum(['take', 'fail'])
      .default('take')
      .describe(
        'What to do with a repository of `owner` that another task made. With `fail`, of two tasks that make a service of one name at the same time, the second stops here',
      ),
  converge: (zod: typeof z) =>
    zod
      .boolean()
      .default(false)
      .describe(
        'Whether to change what differs in a repository that was there; otherwise it is only reported in `drift`',
      ),
};

type EnsureInput = ParsedInput<typeof inputFields>;

const outputFields = {
  arn: (zod: typeof z) => zod.string().describe('ARN of the repository'),
  uri: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'Where images are pushed to, e.g. `111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/orders`',
      ),
  registryId: (zod: typeof z) =>
    zod.string().describe('Registry of the repository: the account id'),
  region: (zod: typeof z) => zod.string().describe('Region of the repository'),
  name: (zod: typeof z) => zod.string().describe('Name of the repository'),
  created: (zod: typeof z) =>
    zod.boolean().describe('Whether this task made the repository'),
  changes: (zod: typeof z) =>
    changesSchema(zod, '`repository`, or a field of the input: `tags.team`'),
  drift: (zod: typeof z) => driftSchema(zod),
  scan: (zod: typeof z) =>
    zod
      .object({
        type: zod
          .enum(['BASIC', 'ENHANCED', 'UNKNOWN'])
          .describe('Kind of scanning of the registry'),
        frequency: zod
          .enum([
            'SCAN_ON_PUSH',
            'CONTINUOUS_SCAN',
            'MANUAL',
            'DISABLED',
            'UNKNOWN',
          ])
          .describe('When images are scanned'),
        source: zod
          .enum(['registry', 'repository', 'unknown'])
          .describe('Where that is set'),
        explanation: zod.string().describe('The same in words'),
      })
      .describe('Scanning that is in effect'),
  consoleUrl: (zod: typeof z) =>
    zod.string().describe('Page of the repository in the AWS console'),
};

function checkInput(input: EnsureInput): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, message: string | undefined) => {
    if (message !== undefined) {
      problems.push({ field, message });
    }
  };
  add('name', explainRepositoryName(input.name));
  add('region', explainRegion(input.region));
  if (!readEntityRef(input.owner, 'component')) {
    add('owner', explainEntityRef(input.owner, 'component:default/orders'));
  }
  const withExclusion = input.imageTagMutability.endsWith('_WITH_EXCLUSION');
  if (withExclusion && input.exclusionFilters.length === 0) {
    add(
      'exclusionFilters',
      `${input.imageTagMutability} needs at least one filter`,
    );
  }
  if (!withExclusion && input.exclusionFilters.length > 0) {
    add(
      'exclusionFilters',
      `${input.imageTagMutability} takes no filters; use ${input.imageTagMutability}_WITH_EXCLUSION`,
    );
  }
  input.exclusionFilters.forEach((filter, index) => {
    if (filter.split('*').length > 3) {
      add(
        `exclusionFilters[${index}]`,
        `ECR takes at most 2 wildcards in a filter, \`${filter}\` has more`,
      );
    }
  });
  if (new Set(input.exclusionFilters).size < input.exclusionFilters.length) {
    add('exclusionFilters', 'a filter is named twice');
  }
  if (input.encryption.kmsKey && input.encryption.type === 'AES256') {
    add(
      'encryption.kmsKey',
      'AES256 uses no KMS key; set `encryption.type` to `KMS` or `KMS_DSSE`, or leave the key out',
    );
  }
  if (input.lifecycle && input.lifecyclePolicyText !== undefined) {
    add('lifecyclePolicyText', 'give either this or `lifecycle`, not both');
  }
  if (input.lifecycle) {
    problems.push(...checkLifecycleRules(input.lifecycle));
  }
  if (input.lifecyclePolicyText !== undefined) {
    problems.push(...checkLifecyclePolicyText(input.lifecyclePolicyText));
  }
  if (input.access && input.repositoryPolicyText !== undefined) {
    add('repositoryPolicyText', 'give either this or `access`, not both');
  }
  if (input.access) {
    problems.push(...checkRepositoryAccess(input.access, input.region));
  }
  if (input.repositoryPolicyText !== undefined) {
    problems.push(
      ...checkRepositoryPolicyText(input.repositoryPolicyText, input.region),
    );
  }
  problems.push(...checkTags(input.tags));
  return problems;
}

/**
 * Makes an ECR repository, or takes the one that is there: run twice, or
 * interrupted and run again, there is one repository and the outputs are the
 * same. See `docs/actions/aws-ecr-repository-ensure.md`.
 *
 * @public
 */
export function createEcrRepositoryEnsureAction(options: {
  clients: AwsClients;
}) {
  const { clients } = options;
  return createTemplateAction({
    id: ECR_REPOSITORY_ENSURE,
    description:
      'Makes a private ECR repository or takes the one that is there, with its lifecycle, scanning, encryption and tags; reports what differs',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const input = parseInput(ECR_REPOSITORY_ENSURE, inputFields, ctx.input);
      throwProblems(ECR_REPOSITORY_ENSURE, checkInput(input));
      const { name, accountId, region } = input;
      const dryRun = ctx.isDryRun ?? false;
      const address = repositoryAddress({ name, accountId, region });
      const ownership: Ownership = {
        entity: readEntityRef(input.owner, 'component') ?? input.owner,
        template: ctx.templateInfo?.entityRef,
        task: ctx.task.id,
      };
      const registry = openRegistry(clients, {
        accountId,
        region,
        signal: ctx.signal,
      });
      const log = (message: string) => ctx.logger.info(message);
      const scanning = await registryScanning(registry, message =>
        ctx.logger.warn(message),
      );
      const ensure = () =>
        ensureRepository({
          registry,
          name,
          arn: address.arn,
          desired: {
            imageTagMutability: input.imageTagMutability,
            exclusionFilters: input.exclusionFilters,
            encryption: input.encryption,
            scanOnPush: input.scanOnPush,
            lifecyclePolicy:
              input.lifecyclePolicyText ??
              (input.lifecycle && lifecyclePolicyText(input.lifecycle)),
            repositoryPolicy:
              input.repositoryPolicyText ??
              (input.access &&
                repositoryPolicyText(input.access, partitionOfRegion(region))),
            tags: input.tags,
          },
          registryScanning: scanning,
          ownership,
          onExisting: input.onExisting,
          onOtherTask: input.onOtherTask,
          converge: input.converge,
          dryRun,
          remember: changes =>
            ctx.checkpoint<Change[]>({
              key: `ecr.repository.plan.${accountId}.${region}.${name}`,
              fn: async () => changes,
            }),
          log,
        });

      let result: Awaited<ReturnType<typeof ensure>> | undefined;
      let remembered: Remembered = { created: false, changes: [] };
      if (!dryRun) {
        remembered = await ctx.checkpoint<Remembered>({
          key: `ecr.repository.${accountId}.${region}.${name}`,
          fn: async () => {
            result = await ensure();
            return { created: result.created, changes: result.changes };
          },
        });
      }
      // A checkpoint of an earlier run answers from memory, and the repository
      // may be gone or changed since: look again, and make it again if need be.
      const now = result ?? (await ensure());
      const changes = mergeChanges(remembered.changes, now.changes);
      const created = remembered.created || now.created;

      const scan = effectiveScan(
        name,
        now.state?.scanOnPush ?? input.scanOnPush,
        scanning,
      );

      reportDrift(now.drift, message => ctx.logger.warn(message));
      const uri = now.state?.uri || address.uri;
      log(summary({ dryRun, created, changes, uri }));
      log(scan.explanation);

      ctx.output('arn', now.state?.arn ?? address.arn);
      ctx.output('uri', uri);
      ctx.output('registryId', accountId);
      ctx.output('region', region);
      ctx.output('name', name);
      ctx.output('created', created);
      ctx.output('changes', changes);
      ctx.output('drift', now.drift);
      ctx.output('scan', { ...scan });
      ctx.output('consoleUrl', address.consoleUrl);
    },
  });
}

/**
 * The registry's scan configuration is good to know, but not worth failing
 * for: without the permission the outputs say `UNKNOWN`.
 */
async function registryScanning(
  registry: Registry,
  warn: (message: string) => void,
): Promise<RegistryScanningConfiguration | undefined> {
  try {
    return await readRegistryScanning(registry);
  } catch (error) {
    if (isError(error) && error.name === 'NotAllowedError') {
      warn(error.message);
      return undefined;
    }
    throw error;
  }
}

function summary(result: {
  dryRun: boolean;
  created: boolean;
  changes: Change[];
  uri: string;
}): string {
  const { dryRun, created, changes, uri } = result;
  if (created) {
    return dryRun
      ? `Would make repository ${uri}`
      : `Repository ${uri} is ready`;
  }
  if (changes.length === 0) {
    return `Repository ${uri} is there already, nothing to change`;
  }
  const fields = changes.map(({ field }) => field).join(', ');
  return dryRun
    ? `Repository ${uri} is there already; would change ${fields}`
    : `Repository ${uri} was there already; changed ${fields}`;
}
