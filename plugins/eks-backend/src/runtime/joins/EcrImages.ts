import {
  DescribeImagesCommand,
  DescribeImageScanFindingsCommand,
  type ImageDetail,
} from '@aws-sdk/client-ecr';
import { toError } from '@backstage/errors';
import type {
  Image,
  ImageFindings,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  mapAwsError,
  type AwsClients,
} from '@slipway/backstage-plugin-eks-node';
import limiter from 'p-limit';
import { commitOfTags } from './commitOfTags';

/** An image, by where it is. */
export interface ImageAddress {
  accountId: string;
  region: string;
  repository: string;
  digest: string;
}

/** How long ECR has for one answer. */
const TIMEOUT_MS = 10_000;
/** How many requests are under way at once. */
const CONCURRENCY = 4;
/** The most that ECR tells about in one answer. */
const BATCH = 100;
/** Images that are asked for within this time are asked for together. */
const GATHER_MS = 20;

interface Waiting {
  address: ImageAddress;
  resolve: (image: Image) => void;
}

/**
 * Asks ECR about images: those of a repository together, few at once, however
 * many views want to know. What cannot be found out is an answer as well.
 */
export class EcrImages {
  readonly #aws: AwsClients;
  readonly #accounts: ReadonlySet<string>;
  readonly #limit = limiter(CONCURRENCY);
  #waiting: Waiting[] = [];

  constructor(options: {
    aws: AwsClients;
    /** Accounts of the configuration; no other is asked, whatever a pod says it runs. */
    accounts: ReadonlySet<string>;
  }) {
    this.#aws = options.aws;
    this.#accounts = options.accounts;
  }

  /** Never rejects. */
  describe(address: ImageAddress): Promise<Image> {
    return new Promise(resolve => {
      this.#waiting.push({ address, resolve });
      if (this.#waiting.length === 1) {
        setTimeout(() => this.#flush(), GATHER_MS).unref();
      }
    });
  }

  #flush(): void {
    const groups = new Map<string, Waiting[]>();
    for (const waiting of this.#waiting) {
      const { accountId, region, repository } = waiting.address;
      const key = `${accountId}/${region}/${repository}`;
      groups.set(key, [...(groups.get(key) ?? []), waiting]);
    }
    this.#waiting = [];
    for (const group of groups.values()) {
      for (let start = 0; start < group.length; start += BATCH) {
        void this.#describe(group.slice(start, start + BATCH));
      }
    }
  }

  async #describe(group: Waiting[]): Promise<void> {
    const [{ address }] = group;
    if (!this.#accounts.has(address.accountId)) {
      const problem = `repository \`${address.repository}\`: account ${address.accountId} is not one of the portal's; add it to eks.discovery.accounts`;
      group.forEach(one => one.resolve(unknown(one.address, { problem })));
      return;
    }
    try {
      const details = await this.#ask(
        'ecr:DescribeImages',
        address,
        async signal => {
          const answer = await this.#aws.ecr(address).send(
            new DescribeImagesCommand({
              registryId: address.accountId,
              repositoryName: address.repository,
              imageIds: group.map(one => ({ imageDigest: one.address.digest })),
            }),
            { abortSignal: signal },
          );
          return answer.imageDetails ?? [];
        },
      );
      const byDigest = new Map(
        details.map(detail => [detail.imageDigest, detail]),
      );
      await Promise.all(
        group.map(async one =>
          one.resolve(
            await this.#imageOf(one.address, byDigest.get(one.address.digest)),
          ),
        ),
      );
    } catch (error) {
      // One that is gone spoils the answer about all of them.
      if (group.length > 1 && toError(error).name === 'NotFoundError') {
        await Promise.all(group.map(one => this.#describe([one])));
        return;
      }
      const problem = toError(error).message;
      group.forEach(one => one.resolve(unknown(one.address, { problem })));
    }
  }

  async #imageOf(
    address: ImageAddress,
    detail: ImageDetail | undefined,
  ): Promise<Image> {
    if (!detail) {
      return unknown(address, {
        problem: `image ${address.digest}: repository \`${address.repository}\` has it no longer`,
      });
    }
    const tags = [...(detail.imageTags ?? [])].sort();
    const commit = commitOfTags(tags);
    return {
      digest: address.digest,
      repository: address.repository,
      tags,
      ...(commit && { commit }),
      ...(detail.imagePushedAt && {
        pushedAt: detail.imagePushedAt.toISOString(),
      }),
      ...(await this.#scanOf(address, detail)),
      asOf: new Date().toISOString(),
    };
  }

  /**
   * What a scan found. DescribeImages tells it for some kinds of scanning only,
   * and of newer ones nothing at all.
   */
  async #scanOf(
    address: ImageAddress,
    { imageScanFindingsSummary, imageScanStatus }: ImageDetail,
  ): Promise<Pick<Image, 'scan' | 'findings' | 'problem'>> {
    const counts = imageScanFindingsSummary?.findingSeverityCounts;
    if (counts) {
      return { scan: 'complete', findings: findingsOf(counts) };
    }
    if (imageScanStatus?.status === 'IN_PROGRESS') {
      return { scan: 'in-progress' };
    }
    try {
      const { imageScanStatus: status, imageScanFindings: found } =
        await this.#ask('ecr:DescribeImageScanFindings', address, signal =>
          this.#aws.ecr(address).send(
            new DescribeImageScanFindingsCommand({
              registryId: address.accountId,
              repositoryName: address.repository,
              imageId: { imageDigest: address.digest },
              // Only the counts are wanted.
              maxResults: 1,
            }),
            { abortSignal: signal },
          ),
        );
      const scan = scanOf(status?.status);
      return {
        scan,
        ...(scan === 'complete' && {
          findings: findingsOf(found?.findingSeverityCounts ?? {}),
        }),
      };
    } catch (error) {
      const { name, message } = toError(error);
      return name === 'NotFoundError'
        ? { scan: 'none' }
        : { scan: 'unknown', problem: message };
    }
  }

  async #ask<T>(
    action: string,
    { accountId, region, repository }: ImageAddress,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.#limit(() => ask(AbortSignal.timeout(TIMEOUT_MS)));
    } catch (error) {
      throw mapAwsError(error, {
        action,
        resource: `repository \`${repository}\``,
        accountId,
        region,
      });
    }
  }
}

function unknown(
  { digest, repository }: ImageAddress,
  { problem }: { problem: string },
): Image {
  return {
    digest,
    repository,
    tags: [],
    scan: 'unknown',
    problem,
    asOf: new Date().toISOString(),
  };
}

function scanOf(status: string | undefined): Image['scan'] {
  switch (status) {
    // Of enhanced scanning, which goes on looking.
    case 'ACTIVE':
    case 'COMPLETE':
      return 'complete';
    case 'IN_PROGRESS':
    case 'PENDING':
      return 'in-progress';
    case 'FAILED':
    case 'UNSUPPORTED_IMAGE':
    case 'FINDINGS_UNAVAILABLE':
    case 'LIMIT_EXCEEDED':
    case 'IMAGE_ARCHIVED':
      return 'failed';
    case 'SCAN_ELIGIBILITY_EXPIRED':
      return 'none';
    default:
      return 'unknown';
  }
}

function findingsOf(counts: Partial<Record<string, number>>): ImageFindings {
  return {
    critical: counts.CRITICAL ?? 0,
    high: counts.HIGH ?? 0,
    medium: counts.MEDIUM ?? 0,
    low: counts.LOW ?? 0,
  };
}
