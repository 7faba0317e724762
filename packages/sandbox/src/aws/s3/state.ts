/** An object of a bucket. */
export interface S3Object {
  /** Base64. */
  content: string;
  contentType: string;
  etag: string;
  /** Milliseconds since the epoch. */
  lastModified: number;
}

/** An object that comes in parts, and is not there yet. */
export interface S3Upload {
  key: string;
  contentType: string;
  startedAt: number;
  /** By their number. */
  parts: Record<string, { content: string; etag: string }>;
}

/** A bucket, with all it holds. */
export interface S3Bucket {
  accountId: string;
  region: string;
  /** By key. */
  objects: Record<string, S3Object>;
  /** By id. */
  uploads: Record<string, S3Upload>;
}

/** What S3 remembers. */
export interface S3State {
  /** By name, which is one for all accounts. */
  buckets: Record<string, S3Bucket>;
}

/** An empty bucket. */
export const emptyBucket = (accountId: string, region: string): S3Bucket => ({
  accountId,
  region,
  objects: {},
  uploads: {},
});
