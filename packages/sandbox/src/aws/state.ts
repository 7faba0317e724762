import { EcrRegistry } from './ecr/state';
import { EksCluster } from './eks/state';
import { StoredCredentials } from './iam/identities';
import { emptyIam, IamState } from './iam/state';
import { S3State } from './s3/state';

/** Everything the AWS stand-in remembers, as plain JSON. */
export interface AwsState {
  /** By access key id. */
  credentials: Record<string, StoredCredentials>;
  /** By `account/region`. */
  registries: Record<string, EcrRegistry>;
  /** By ARN. */
  clusters: Record<string, EksCluster>;
  iam: IamState;
  s3: S3State;
}

/** A state with nothing in it. */
export function emptyState(): AwsState {
  return {
    credentials: {},
    registries: {},
    clusters: {},
    iam: emptyIam(),
    s3: { buckets: {} },
  };
}
