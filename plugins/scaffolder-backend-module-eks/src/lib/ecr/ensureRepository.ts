import {
  CreateRepositoryCommand,
  type EncryptionType,
  type ImageTagMutability,
  InvalidParameterException,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  type RegistryScanningConfiguration,
  RepositoryAlreadyExistsException,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecr';
import {
  ConflictError,
  InputError,
  ServiceUnavailableError,
} from '@backstage/errors';
import {
  type Change,
  type Drift,
  mergeChanges,
  type RememberPlan,
} from '../changes';
import { untilKnown } from '../iam/untilKnown';
import {
  adoptionTags,
  callEcr,
  madeByOtherTask,
  Ownership,
  ownershipFromTags,
  type OwnershipState,
  ownershipTags,
  type Registry,
  tagsOf,
} from '@slipway/backstage-plugin-eks-node/resources';
import { explainTooManyTags } from '../tags';
import { compareRepository, DesiredRepository, Difference } from './drift';
import { effectiveScan } from './effectiveScan';
import { readRepository, type RepositoryState } from './repositoryState';

/** What to make, for whom, and how to treat what is there. */
export interface EnsureRepositoryOptions {
  registry: Registry;
  name: string;
  /** ARN that the repository has or would have. */
  arn: string;
  desired: Omit<DesiredRepository, 'imageTagMutability' | 'encryption'> & {
    imageTagMutability: ImageTagMutability;
    encryption: { type: EncryptionType; kmsKey?: string };
  };
  /** The registry's own rules for scanning; undefined when they could not be read. */
  registryScanning?: RegistryScanningConfiguration;
  ownership: Ownership;
  onExisting: 'adopt' | 'fail';
  /** What to do with the owner's own that another task made. */
  onOtherTask: 'take' | 'fail';
  converge: boolean;
  dryRun: boolean;
  /** Not called in a dry run, nor for what this task made. */
  remember: RememberPlan;
  log(message: string): void;
}

/** What came of it. */
export interface EnsureRepositoryResult {
  /** Whether this task made the repository, in this run or an earlier one. */
  created: boolean;
  changes: Change[];
  drift: Drift[];
  /** What is there now; undefined where a dry run would have made it. */
  state?: RepositoryState;
}

/**
 * How often a repository may vanish or appear between looking and making
 * before the action gives up.
 */
const maximumAttempts = 3;

const none = 'none';

/**
 * Makes a repository, or brings its own or an adopted one to what was asked as
 * far as it may. May be repeated at any time: whatever an earlier run of the
 * same task left half done is completed, and nothing is made twice.
 *
 * @throws ConflictError when it belongs to another entity, or to nobody and may not be adopted
 */
export async function ensureRepository(
  options: EnsureRepositoryOptions,
): Promise<EnsureRepositoryResult> {
  const { registry, name, desired, dryRun } = options;
  const want = {
    lifecyclePolicy: desired.lifecyclePolicy !== undefined,
    repositoryPolicy: desired.repositoryPolicy !== undefined,
  };
  for (let attempt = 1; attempt <= maximumAttempts; attempt += 1) {
    const found = await readRepository(registry, name, want);
    if (found) {
      return await settleExisting(options, found);
    }
    if (dryRun) {
      return {
        created: true,
        changes: creationChanges(options),
        drift: driftOf(differencesOf(options, asAsked(options))),
      };
    }
    if (await createRepository(options)) {
      const made = await readRepository(registry, name, want);
      if (made) {
        return await settleExisting(options, made);
      }
    }
    // Somebody else made it in the meantime, or removed what was just made:
    // look again.
  }
  throw new ServiceUnavailableError(
    `repository \`${name}\` in ${registry.accountId} ${registry.region} appears and vanishes while it is made; is something else managing it? Try again later`,
  );
}

/** @returns false when somebody else made one of that name first */
async function createRepository(
  options: EnsureRepositoryOptions,
): Promise<boolean> {
  const { registry, name, desired, ownership, log } = options;
  return await callEcr(
    registry,
    'ecr:CreateRepository',
    `repository \`${name}\``,
    async cancel => {
      try {
        await registry.client.send(
          new CreateRepositoryCommand({
            registryId: registry.accountId,
            repositoryName: name,
            imageTagMutability: desired.imageTagMutability,
            imageTagMutabilityExclusionFilters: wildcardFilters(
              desired.exclusionFilters,
            ),
            encryptionConfiguration: {
              encryptionType: desired.encryption.type,
              kmsKey: desired.encryption.kmsKey,
            },
            imageScanningConfiguration: { scanOnPush: desired.scanOnPush },
            tags: sdkTags({ ...desired.tags, ...tagsOf(ownership) }),
          }),
          cancel,
        );
        log(`Made repository ${name}`);
        return true;
      } catch (error) {
        if (error instanceof RepositoryAlreadyExistsException) {
          return false;
        }
        throw error;
      }
    },
  );
}

async function settleExisting(
  options: EnsureRepositoryOptions,
  found: RepositoryState,
): Promise<EnsureRepositoryResult> {
  const { registry, name, desired, ownership, onExisting, converge, log } =
    options;
  const owner = ownershipFromTags(found.tags, ownership.entity);
  const where = `repository \`${name}\` in ${registry.accountId} ${registry.region}`;
  if (owner.state === 'other') {
    throw new ConflictError(
      `${where} belongs to ${owner.entity} (tag ${ownershipTags.entity}), not to ${ownership.entity}; choose another name, or have its owner remove it`,
    );
  }
  if (owner.state === 'unowned' && onExisting === 'fail') {
    throw new ConflictError(
      `${where} exists already and belongs to no entity (it has no tag ${ownershipTags.entity}); choose another name, or set \`onExisting: adopt\` to take it over`,
    );
  }

  const madeHere = owner.state === 'ours' && owner.task === ownership.task;
  if (!madeHere && options.onOtherTask === 'fail') {
    refuseOtherTask(owner, where);
  }
  const differences = differencesOf(options, found);
  // What this very task made may be completed without asking: an earlier run
  // of it was interrupted.
  const toSettle =
    converge || madeHere
      ? differences.filter(difference => difference.changeable)
      : [];
  const changes: Change[] = toSettle.map(({ field, asked, found: before }) => ({
    field,
    before,
    after: asked,
  }));
  const adopted = owner.state === 'unowned' ? adoptionTags(ownership) : {};
  for (const [key, value] of Object.entries(adopted)) {
    changes.push({ field: `tags.${key}`, before: none, after: value });
  }
  const tooMany = explainTooManyTags(found.tags, {
    ...adopted,
    ...tagsToSettle(desired.tags, toSettle),
  });
  if (tooMany) {
    throw new ConflictError(`${where}: ${tooMany}`);
  }

  let changed = changes;
  if (!options.dryRun) {
    if (!madeHere) {
      changed = mergeChanges(await options.remember(changes), changes);
    }
    if (owner.state === 'unowned') {
      await putTags(registry, found.arn, adopted);
      log(`Adopted repository ${name}, which belonged to nobody`);
    }
    await applyChanges(options, found.arn, toSettle);
    if (!madeHere) {
      for (const change of changes) {
        log(`Changed ${change.field} from ${change.before} to ${change.after}`);
      }
    }
  }

  const settled = new Set(toSettle);
  const drift = driftOf(
    differences.filter(difference => !settled.has(difference)),
  );
  return {
    created: madeHere,
    changes: madeHere ? creationChanges(options) : changed,
    drift,
    state: {
      ...found,
      scanOnPush: toSettle.some(({ field }) => field === 'scanOnPush')
        ? desired.scanOnPush
        : found.scanOnPush,
    },
  };
}

function differencesOf(
  { name, desired, registryScanning }: EnsureRepositoryOptions,
  found: RepositoryState,
): Difference[] {
  const scan = effectiveScan(name, found.scanOnPush, registryScanning);
  return compareRepository(desired, found, scan);
}

/** The repository as it would be once it was made. */
function asAsked({ arn, desired }: EnsureRepositoryOptions): RepositoryState {
  return { ...desired, arn, uri: '' };
}

function driftOf(differences: Difference[]): Drift[] {
  return differences.map(difference => ({
    field: difference.field,
    asked: difference.asked,
    found: difference.found,
    explanation: explainDrift(difference),
  }));
}

function refuseOtherTask(owner: OwnershipState, where: string) {
  if (owner.state === 'ours' && owner.task !== undefined) {
    throw new ConflictError(madeByOtherTask(where, owner.task));
  }
}

function explainDrift({ field, changeable, reason }: Difference): string {
  if (changeable) {
    return `left as it is; set \`converge: true\` to change ${field}`;
  }
  return (
    reason ??
    `AWS cannot change ${field} after a repository was made; make a new repository and copy the images`
  );
}

function tagsToSettle(
  tags: Record<string, string>,
  differences: Difference[],
): Record<string, string> {
  const fields = new Set(differences.map(({ field }) => field));
  return Object.fromEntries(
    Object.entries(tags).filter(([key]) => fields.has(`tags.${key}`)),
  );
}

function creationChanges(options: EnsureRepositoryOptions): Change[] {
  const { desired, arn } = options;
  const changes: Change[] = [{ field: 'repository', before: none, after: arn }];
  if (desired.lifecyclePolicy !== undefined) {
    changes.push({
      field: 'lifecyclePolicy',
      before: none,
      after: desired.lifecyclePolicy,
    });
  }
  if (desired.repositoryPolicy !== undefined) {
    changes.push({
      field: 'repositoryPolicy',
      before: none,
      after: desired.repositoryPolicy,
    });
  }
  return changes;
}

async function applyChanges(
  { registry, name, desired, log }: EnsureRepositoryOptions,
  arn: string,
  differences: Difference[],
): Promise<void> {
  const fields = new Set(differences.map(({ field }) => field));
  const target = { registryId: registry.accountId, repositoryName: name };
  const what = `repository \`${name}\``;
  if (fields.has('imageTagMutability') || fields.has('exclusionFilters')) {
    await callEcr(registry, 'ecr:PutImageTagMutability', what, cancel =>
      registry.client.send(
        new PutImageTagMutabilityCommand({
          ...target,
          imageTagMutability: desired.imageTagMutability,
          imageTagMutabilityExclusionFilters: wildcardFilters(
            desired.exclusionFilters,
          ),
        }),
        cancel,
      ),
    );
  }
  if (fields.has('scanOnPush')) {
    await callEcr(registry, 'ecr:PutImageScanningConfiguration', what, cancel =>
      registry.client.send(
        new PutImageScanningConfigurationCommand({
          ...target,
          imageScanningConfiguration: { scanOnPush: desired.scanOnPush },
        }),
        cancel,
      ),
    );
  }
  if (fields.has('lifecyclePolicy')) {
    await callEcr(registry, 'ecr:PutLifecyclePolicy', what, cancel =>
      registry.client.send(
        new PutLifecyclePolicyCommand({
          ...target,
          lifecyclePolicyText: desired.lifecyclePolicy,
        }),
        cancel,
      ),
    );
    log(`Set the lifecycle policy of ${name}`);
  }
  if (fields.has('repositoryPolicy')) {
    await setRepositoryPolicy(registry, name, desired.repositoryPolicy);
    log(`Set the repository policy of ${name}`);
  }
  const tags = tagsToSettle(desired.tags, differences);
  if (Object.keys(tags).length > 0) {
    await putTags(registry, arn, tags);
  }
}

/** ECR looks up who a policy names, and may not have heard of a new role yet. */
async function setRepositoryPolicy(
  registry: Registry,
  name: string,
  policyText: string | undefined,
): Promise<void> {
  const isUnknownPrincipal = (error: unknown) =>
    error instanceof InvalidParameterException &&
    /principal not found/i.test(error.message);
  await callEcr(
    registry,
    'ecr:SetRepositoryPolicy',
    `repository \`${name}\``,
    async cancel => {
      try {
        await untilKnown(
          () =>
            registry.client.send(
              new SetRepositoryPolicyCommand({
                registryId: registry.accountId,
                repositoryName: name,
                policyText,
              }),
              cancel,
            ),
          isUnknownPrincipal,
          registry.signal,
        );
      } catch (error) {
        throw isUnknownPrincipal(error)
          ? new InputError(
              `repository \`${name}\`: its policy names an account, role or user that AWS does not know; check \`access\` or \`repositoryPolicyText\`, and make roles before they are named`,
            )
          : error;
      }
    },
  );
}

async function putTags(
  registry: Registry,
  arn: string,
  tags: Record<string, string>,
): Promise<void> {
  await callEcr(registry, 'ecr:TagResource', arn, cancel =>
    registry.client.send(
      new TagResourceCommand({ resourceArn: arn, tags: sdkTags(tags) }),
      cancel,
    ),
  );
}

function sdkTags(tags: Record<string, string>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function wildcardFilters(filters: string[]) {
  return filters.length === 0
    ? undefined
    : filters.map(filter => ({ filterType: 'WILDCARD' as const, filter }));
}
