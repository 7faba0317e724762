import { toError } from '@backstage/errors';
import { parseImageReference } from '@slipway/backstage-plugin-eks-common';
import type {
  ClusterFacts,
  ClusterRuntime,
  Image,
  Runtime,
} from '@slipway/backstage-plugin-eks-common/runtime';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import { BackgroundCache } from './BackgroundCache';
import { EcrImages, type ImageAddress } from './EcrImages';

const MINUTE_MS = 60_000;
/** How long an answer of ECR is taken as true: scans find more over time. */
const IMAGE_LIFETIME_MS = 15 * MINUTE_MS;
/** The same while a scan is under way. */
const SCANNING_LIFETIME_MS = 20_000;
/** How long what AWS says of a cluster is taken as true. */
const FACTS_LIFETIME_MS = 5 * MINUTE_MS;
/** How long it takes until something that failed is tried again. */
const FAILURE_LIFETIME_MS = MINUTE_MS;
/** How long AWS has to describe a cluster. */
const FACTS_TIMEOUT_MS = 30_000;
const MAXIMUM_IMAGES = 5_000;
const MAXIMUM_CLUSTERS = 500;

/** Adds to what Kubernetes tells what AWS knows of it. */
export interface RuntimeJoins {
  /**
   * The same with everything that is known by now. Nothing is waited for.
   *
   * @param onKnown - called when more is known
   */
  join(runtime: Runtime, onKnown: () => void): Runtime;
}

/**
 * Joins with ECR and EKS. Every view asks here, so that AWS is asked once for
 * all of them.
 */
export class AwsJoins implements RuntimeJoins {
  readonly #images: BackgroundCache<Image>;
  readonly #facts: BackgroundCache<ClusterFacts>;

  constructor(options: { clusters: EksClusters; accounts: string[] }) {
    const { clusters } = options;
    const ecr = new EcrImages({
      aws: clusters.aws,
      accounts: new Set(options.accounts),
    });
    this.#images = new BackgroundCache({
      maximum: MAXIMUM_IMAGES,
      async load(key) {
        const address: ImageAddress = JSON.parse(key);
        const value = await ecr.describe(address);
        return { value, lifetimeMs: lifetimeOf(value) };
      },
    });
    this.#facts = new BackgroundCache({
      maximum: MAXIMUM_CLUSTERS,
      load: arn => readFacts(clusters, arn),
    });
  }

  join(runtime: Runtime, onKnown: () => void): Runtime {
    return {
      ...runtime,
      clusters: runtime.clusters.map(cluster => {
        const facts =
          cluster.place && this.#facts.peek(arnOf(cluster), onKnown);
        const images = this.#imagesOf(cluster, onKnown);
        return {
          ...cluster,
          ...(facts && { facts }),
          ...(images.length > 0 && { images }),
        };
      }),
    };
  }

  #imagesOf({ pods }: ClusterRuntime, onKnown: () => void): Image[] {
    const images = new Map<string, Image>();
    const looked = new Map<string, string>();
    for (const { image: reference, release } of pods) {
      const { digest, commit } = release;
      // Thousands of pods run a few images.
      if (!reference || !digest || looked.get(digest) === reference) {
        continue;
      }
      looked.set(digest, reference);
      const { ecr } = parseImageReference(reference);
      if (!ecr || images.has(digest)) {
        continue;
      }
      const address: ImageAddress = { ...ecr, digest };
      const image = this.#images.peek(JSON.stringify(address), onKnown);
      if (image) {
        // What the pipeline wrote on the pods goes before what a tag may mean.
        images.set(digest, commit ? { ...image, commit } : image);
      }
    }
    return [...images.values()].sort((one, other) =>
      one.digest.localeCompare(other.digest),
    );
  }
}

/** The ARN of a cluster, whatever it is called in the configuration. */
function arnOf({ name, title, place }: ClusterRuntime): string {
  return name.startsWith('arn:') || !place
    ? name
    : `arn:${place.partition}:eks:${place.region}:${place.accountId}:cluster/${title}`;
}

function lifetimeOf({ problem, scan }: Image): number {
  if (problem) {
    return FAILURE_LIFETIME_MS;
  }
  return scan === 'in-progress' ? SCANNING_LIFETIME_MS : IMAGE_LIFETIME_MS;
}

async function readFacts(
  clusters: EksClusters,
  arn: string,
): Promise<{ value: ClusterFacts; lifetimeMs: number }> {
  const asOf = new Date().toISOString();
  try {
    const { version, status, supportEndsAt, computeKinds, addons } =
      await clusters.describe(arn, {
        signal: AbortSignal.timeout(FACTS_TIMEOUT_MS),
      });
    return {
      value: {
        version,
        status,
        computeKinds,
        addons,
        asOf,
        ...(supportEndsAt && { supportEndsAt }),
      },
      lifetimeMs: FACTS_LIFETIME_MS,
    };
  } catch (error) {
    return {
      value: {
        computeKinds: [],
        addons: [],
        problem: toError(error).message,
        asOf,
      },
      lifetimeMs: FAILURE_LIFETIME_MS,
    };
  }
}
