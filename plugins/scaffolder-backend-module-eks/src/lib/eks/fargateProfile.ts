import {
  CreateFargateProfileCommand,
  DescribeFargateProfileCommand,
  type FargateProfile,
  paginateListFargateProfiles,
} from '@aws-sdk/client-eks';
import { ConflictError, ServiceUnavailableError } from '@backstage/errors';
import { matchingFargateProfile } from '@slipway/backstage-plugin-eks-common';
import { setTimeout } from 'node:timers/promises';
import type { EnsuredResource, TaggedState } from '../ensureResource';
import { type ClusterApi, ifThere, unlessThere } from './clusterApi';

/** Which pods a profile takes. `*` and `?` are wildcards. */
export interface Selector {
  namespace: string;
  labels: Record<string, string>;
}

/** How a Fargate profile is asked to be. */
export interface DesiredFargateProfile {
  name: string;
  podExecutionRoleArn: string;
  /** Private subnets; those of the cluster when empty. */
  subnets: string[];
  selectors: Selector[];
  tags: Record<string, string>;
}

/** A Fargate profile that is there. */
export interface FargateProfileState extends TaggedState {
  name: string;
  status: string;
  podExecutionRoleArn: string;
  subnets: string[];
  selectors: Selector[];
  /** What is wrong with it, in AWS's words. */
  issues: string[];
}

/** How long to wait, and whom to tell. */
export interface Patience {
  /** Milliseconds since the epoch at which waiting ends. */
  until: number;
  log(message: string): void;
}

/**
 * Time until the next look, in milliseconds: a profile takes a minute or two,
 * so that looks become rarer.
 */
const lookAgainMs = (looks: number) => Math.min(250 * 2 ** looks, 5_000);

const list = (items: string[]) =>
  items.length === 0 ? 'none' : [...items].sort().join(', ');

/** `namespace orders with app=orders` */
export function describeSelector({ namespace, labels }: Selector): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return `namespace ${namespace}${
    pairs.length > 0 ? ` with ${list(pairs)}` : ''
  }`;
}

/** How log and errors speak of a profile. */
export const profileNamed = ({ cluster }: ClusterApi, name: string) =>
  `Fargate profile \`${name}\` of cluster \`${cluster.name}\``;

/** @returns undefined when there is none of that name */
export async function readProfile(
  api: ClusterApi,
  name: string,
): Promise<FargateProfileState | undefined> {
  const { client, cluster, call } = api;
  const found = await call(
    'eks:DescribeFargateProfile',
    profileNamed(api, name),
    options =>
      ifThere(async () => {
        const answer = await client.send(
          new DescribeFargateProfileCommand({
            clusterName: cluster.name,
            fargateProfileName: name,
          }),
          options,
        );
        return answer.fargateProfile;
      }),
  );
  return found && stateOf(found);
}

/** Every profile of the cluster. */
export async function readProfiles(
  api: ClusterApi,
): Promise<FargateProfileState[]> {
  const { client, cluster, call } = api;
  const names = await call(
    'eks:ListFargateProfiles',
    `cluster \`${cluster.name}\``,
    async ({ abortSignal }) => {
      const found: string[] = [];
      const pages = paginateListFargateProfiles(
        { client },
        { clusterName: cluster.name },
        { abortSignal },
      );
      for await (const { fargateProfileNames = [] } of pages) {
        found.push(...fargateProfileNames);
      }
      return found;
    },
  );
  const profiles = await Promise.all(names.map(name => readProfile(api, name)));
  return profiles.filter(profile => profile !== undefined);
}

function stateOf(profile: FargateProfile): FargateProfileState {
  return {
    name: profile.fargateProfileName ?? '',
    arn: profile.fargateProfileArn ?? '',
    tags: profile.tags ?? {},
    status: profile.status ?? 'UNKNOWN',
    podExecutionRoleArn: profile.podExecutionRoleArn ?? '',
    subnets: profile.subnets ?? [],
    selectors: (profile.selectors ?? []).map(({ namespace, labels }) => ({
      namespace: namespace ?? '*',
      labels: labels ?? {},
    })),
    issues: (profile.health?.issues ?? []).map(
      ({ code, message }) => `${code}: ${message}`,
    ),
  };
}

/** A Fargate profile. AWS makes and removes one at a time in a cluster. */
export function fargateProfile(
  api: ClusterApi,
  desired: DesiredFargateProfile,
  patience: Patience,
): EnsuredResource<FargateProfileState> {
  const { client, cluster, call } = api;
  const what = profileNamed(api, desired.name);
  return {
    what,
    field: 'fargateProfile',
    value: desired.selectors.map(describeSelector).join('; '),
    tags: desired.tags,

    async read() {
      const found = await readProfile(api, desired.name);
      if (found?.status !== 'DELETING') {
        return found;
      }
      // Somebody removes it; then it can be made anew.
      patience.log(`${what} is being removed; waiting until it is gone`);
      return await lookUntil(api, patience, notReady(what), async () => {
        const now = await readProfile(api, desired.name);
        return now?.status === 'DELETING' ? undefined : { now };
      }).then(({ now }) => now);
    },

    async create(tags) {
      // Another profile may be changing: EKS refuses until that is over.
      return await lookUntil(api, patience, notReady(what), async () => {
        const made = await call('eks:CreateFargateProfile', what, options =>
          unlessThere(() =>
            client.send(
              new CreateFargateProfileCommand({
                clusterName: cluster.name,
                fargateProfileName: desired.name,
                podExecutionRoleArn: desired.podExecutionRoleArn,
                subnets:
                  desired.subnets.length > 0 ? desired.subnets : undefined,
                selectors: desired.selectors,
                tags,
              }),
              options,
            ),
          ),
        );
        if (made) {
          return { made };
        }
        const profiles = await readProfiles(api);
        if (profiles.some(({ name }) => name === desired.name)) {
          return { made };
        }
        const busy = profiles.find(({ status }) => status !== 'ACTIVE');
        patience.log(
          `Waiting: EKS changes one Fargate profile of a cluster at a time, and ${
            busy ? `\`${busy.name}\` is ${busy.status}` : 'another is changing'
          }`,
        );
        return undefined;
      }).then(({ made }) => made);
    },

    compare: found =>
      [
        {
          field: 'podExecutionRoleArn',
          asked: desired.podExecutionRoleArn,
          found: found.podExecutionRoleArn,
        },
        {
          field: 'subnets',
          asked: list(
            desired.subnets.length > 0 ? desired.subnets : found.subnets,
          ),
          found: list(found.subnets),
        },
        {
          field: 'selectors',
          asked: list(desired.selectors.map(describeSelector)),
          found: list(found.selectors.map(describeSelector)),
        },
      ]
        .filter(pair => pair.asked !== pair.found)
        .map(pair => ({ ...pair, changeable: false })),

    async change() {
      // AWS changes nothing about a profile but its tags.
    },

    putTags: api.putTags,
  };
}

/**
 * Waits until a profile can take pods, and says how far it is.
 *
 * @throws ConflictError when AWS could not make it, with what is wrong
 */
export async function waitUntilActive(
  api: ClusterApi,
  name: string,
  patience: Patience,
): Promise<FargateProfileState> {
  const what = profileNamed(api, name);
  const started = Date.now();
  return await lookUntil(api, patience, notReady(what), async () => {
    const found = await readProfile(api, name);
    if (!found) {
      throw new ConflictError(`${what} was removed while it was made`);
    }
    if (found.status === 'ACTIVE') {
      return found;
    }
    if (/FAILED$/.test(found.status)) {
      throw new ConflictError(
        `${what} is ${found.status}${
          found.issues.length > 0 ? `: ${found.issues.join('; ')}` : ''
        }; have an operator remove it, then run this again`,
      );
    }
    const seconds = Math.round((Date.now() - started) / 1000);
    patience.log(`${what} is ${found.status} for ${seconds} s`);
    return undefined;
  });
}

function notReady(what: string): string {
  return `${what} was not ready in time; AWS goes on with it: run this again, or give it more time with \`waitSeconds\``;
}

/**
 * Looks again and again, until there is something to see.
 *
 * @param tooLate - what to say when patience ends before that
 */
export async function lookUntil<T>(
  { signal }: ClusterApi,
  { until }: Patience,
  tooLate: string,
  look: () => Promise<T | undefined>,
): Promise<T> {
  for (let looks = 0; ; looks += 1) {
    const seen = await look();
    if (seen !== undefined) {
      return seen;
    }
    const wait = lookAgainMs(looks);
    if (Date.now() + wait > until) {
      throw new ServiceUnavailableError(tooLate);
    }
    await setTimeout(wait, undefined, { signal });
  }
}

const fits = (pattern: string, text: string) =>
  matchingFargateProfile(
    [{ name: '', status: '', selectors: [{ namespace: pattern }] }],
    text,
  ) !== undefined;

/**
 * Whether some pod may fit both. Two patterns are taken to overlap when either
 * covers the other's text; patterns such as `a*` and `*b` are not compared.
 */
function overlap(one: Selector, other: Selector): boolean {
  const both = (a: string, b: string) => fits(a, b) || fits(b, a);
  return (
    both(one.namespace, other.namespace) &&
    Object.entries(one.labels).every(
      ([key, value]) =>
        other.labels[key] === undefined || both(value, other.labels[key]),
    )
  );
}

/**
 * Sentences about other profiles that take some of the same pods: EKS then
 * picks one of them (EKS User Guide, Fargate profiles).
 */
export function explainOverlaps(
  desired: DesiredFargateProfile,
  others: FargateProfileState[],
): string[] {
  return others
    .filter(({ name }) => name !== desired.name)
    .flatMap(({ name, selectors }) =>
      selectors.flatMap(other =>
        desired.selectors
          .filter(selector => overlap(selector, other))
          .map(
            selector =>
              `${describeSelector(selector)} overlaps ${describeSelector(
                other,
              )} of profile \`${name}\`: EKS picks one of the two for a pod that fits both; label pods with eks.amazonaws.com/fargate-profile to decide`,
          ),
      ),
    );
}
