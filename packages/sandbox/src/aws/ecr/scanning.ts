import { EcrImage, ImageScan, ScanFinding, SEVERITIES } from './state';

/** What every scan finds in an image of which nothing else is said. */
const USUAL_FINDINGS: readonly ScanFinding[] = [
  {
    name: 'SANDBOX-0002',
    description:
      'A simulated finding: a library of the base image has a newer release.',
    severity: 'MEDIUM',
    attributes: [{ key: 'package_name', value: 'libexample' }],
  },
  {
    name: 'SANDBOX-0001',
    description: 'A simulated finding: a tool of the base image is outdated.',
    severity: 'LOW',
    attributes: [{ key: 'package_name', value: 'example-tools' }],
  },
];

/** Scans an image: what it finds was said beforehand, or is the usual. */
export function scanImage(image: EcrImage, now: number): void {
  image.scan = {
    completedAt: now,
    findings: [...(image.simulatedFindings ?? USUAL_FINDINGS)],
  };
}

/** How many findings there are of each severity that occurs. */
export function severityCounts(
  findings: readonly ScanFinding[],
): Record<string, number> {
  return Object.fromEntries(
    SEVERITIES.map(severity => [
      severity,
      findings.filter(finding => finding.severity === severity).length,
    ]).filter(([, count]) => count !== 0),
  );
}

const STATUS = {
  status: 'COMPLETE',
  description: 'The scan was completed successfully.',
};

/** The scan as DescribeImages and DescribeImageScanFindings begin it. */
export function scanSummary(scan: ImageScan) {
  return {
    imageScanStatus: STATUS,
    imageScanFindingsSummary: {
      imageScanCompletedAt: scan.completedAt / 1000,
      vulnerabilitySourceUpdatedAt: scan.completedAt / 1000,
      findingSeverityCounts: severityCounts(scan.findings),
    },
  };
}
