import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type { Availability } from '@slipway/backstage-plugin-eks-common';

/** What is known besides the name. */
export interface NameQuery {
  /** The caller's. */
  credentials: BackstageCredentials;
  /** As the repository picker writes it: `github.com?owner=acme&repo=orders`. */
  repoUrl?: string;
  /** Where the image repository shall be. */
  accountId?: string;
  region?: string;
}

/** What one place says of a name, with a sentence unless it is free. */
export type SourceAnswer =
  | { availability: Extract<Availability, 'free'> }
  | {
      availability: Exclude<Availability, 'free'>;
      reason: string;
    };

/** A place that may hold something of a name already. */
export type NameSource = (
  name: string,
  query: NameQuery,
  signal: AbortSignal,
) => Promise<SourceAnswer>;
