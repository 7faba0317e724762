import type { RegistryScanningConfiguration } from '@aws-sdk/client-ecr';

/** How images of a repository are really scanned. */
export interface EffectiveScan {
  /** `BASIC`, or `ENHANCED` (Amazon Inspector); `UNKNOWN` when the registry's setting could not be read. */
  type: 'BASIC' | 'ENHANCED' | 'UNKNOWN';
  /** When images are scanned; `DISABLED` when nothing scans them. */
  frequency:
    'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN' | 'MANUAL' | 'DISABLED' | 'UNKNOWN';
  /** Where that is set. */
  source: 'registry' | 'repository' | 'unknown';
  /** A sentence for people. */
  explanation: string;
}

/**
 * ECR's rule: a filter without `*` matches any name that contains it, `*`
 * stands for any characters.
 */
function matches(filter: string, repository: string): boolean {
  if (!filter.includes('*')) {
    return repository.includes(filter);
  }
  const pattern = filter
    .split('*')
    .map(part => part.replace(/[.\\^$+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`).test(repository);
}

/** How often rules may have images scanned; of several that match, the first wins. */
const frequencies = ['CONTINUOUS_SCAN', 'SCAN_ON_PUSH', 'MANUAL'] as const;

const explanations: Record<(typeof frequencies)[number], string> = {
  CONTINUOUS_SCAN:
    'A rule of the registry has images scanned on push and again whenever new findings are published',
  SCAN_ON_PUSH: 'A rule of the registry has images scanned on push',
  MANUAL: 'A rule of the registry has images scanned only when somebody asks',
};

/**
 * What scanning a repository gets from the registry's configuration and its
 * own (older) switch.
 *
 * The registry's rules win. With basic scanning and no rule at all, the
 * repository's own switch still counts; with a rule that does not match, the
 * repository is scanned by hand only. With enhanced scanning a repository that
 * no rule matches is not scanned.
 *
 * @param registry - undefined when it could not be read
 */
export function effectiveScan(
  repository: string,
  scanOnPush: boolean,
  registry: RegistryScanningConfiguration | undefined,
): EffectiveScan {
  if (!registry) {
    return {
      type: 'UNKNOWN',
      frequency: 'UNKNOWN',
      source: 'unknown',
      explanation:
        "The registry's scan configuration could not be read, so it is not known whether images are scanned; allow ecr:GetRegistryScanningConfiguration",
    };
  }
  const type = registry.scanType ?? 'BASIC';
  const rules = registry.rules ?? [];
  const hits = rules.filter(rule =>
    (rule.repositoryFilters ?? []).some(filter =>
      matches(filter.filter ?? '', repository),
    ),
  );
  const frequency = frequencies.find(one =>
    hits.some(rule => rule.scanFrequency === one),
  );
  if (frequency) {
    return {
      type,
      frequency,
      source: 'registry',
      explanation: explanations[frequency],
    };
  }
  if (type === 'ENHANCED') {
    return {
      type,
      frequency: 'DISABLED',
      source: 'registry',
      explanation:
        'The registry uses enhanced scanning, and none of its rules matches this repository: images are not scanned',
    };
  }
  if (rules.length > 0) {
    return {
      type,
      frequency: 'MANUAL',
      source: 'registry',
      explanation:
        'None of the rules of the registry matches this repository: images are scanned only when somebody asks',
    };
  }
  return {
    type,
    frequency: scanOnPush ? 'SCAN_ON_PUSH' : 'MANUAL',
    source: 'repository',
    explanation: scanOnPush
      ? 'The repository has images scanned on push'
      : 'Images are scanned only when somebody asks',
  };
}
