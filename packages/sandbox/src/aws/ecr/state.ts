/** How tags may be overwritten. */
export const TAG_MUTABILITIES = [
  'MUTABLE',
  'IMMUTABLE',
  'IMMUTABLE_WITH_EXCLUSION',
  'MUTABLE_WITH_EXCLUSION',
] as const;

/** Severities of scan findings, worst first. */
export const SEVERITIES = [
  'CRITICAL',
  'HIGH',
  'MEDIUM',
  'LOW',
  'INFORMATIONAL',
  'UNDEFINED',
] as const;

/** One finding of an image scan. */
export interface ScanFinding {
  name: string;
  description: string;
  severity: (typeof SEVERITIES)[number];
  uri?: string;
  attributes?: { key: string; value: string }[];
}

/** The last scan of an image. */
export interface ImageScan {
  /** Milliseconds since the epoch. */
  completedAt: number;
  findings: ScanFinding[];
}

/** An image in a repository. */
export interface EcrImage {
  digest: string;
  manifest: string;
  mediaType?: string;
  artifactMediaType?: string;
  tags: string[];
  sizeBytes: number;
  /** Milliseconds since the epoch. */
  pushedAt: number;
  pulledAt?: number;
  scan?: ImageScan;
  /** What a scan will find; the sandbox's own figures when left out. */
  simulatedFindings?: ScanFinding[];
}

/** Tags that may or may not be overwritten, against the repository's rule. */
export interface ExclusionFilter {
  filterType: 'WILDCARD';
  filter: string;
}

/** A repository. */
export interface EcrRepository {
  name: string;
  arn: string;
  registryId: string;
  uri: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  tagMutability: string;
  exclusionFilters: ExclusionFilter[];
  scanOnPush: boolean;
  encryption: { encryptionType: string; kmsKey?: string };
  lifecyclePolicy?: { text: string; evaluatedAt: number };
  policyText?: string;
  tags: Record<string, string>;
  /** By digest. */
  images: Record<string, EcrImage>;
}

/** The registry of one account in one region. */
export interface EcrRegistry {
  repositories: Record<string, EcrRepository>;
  scanning: {
    scanType: string;
    rules: {
      scanFrequency: string;
      repositoryFilters: { filter: string; filterType: string }[];
    }[];
  };
}

/** A registry as every account starts with it. */
export function emptyRegistry(): EcrRegistry {
  return { repositories: {}, scanning: { scanType: 'BASIC', rules: [] } };
}
