import { Call, Operation } from '../service';
import { page } from './common';

/** Dates of the Kubernetes versions that EKS runs. */
const VERSIONS = [
  {
    version: '1.32',
    patch: '1.32.9',
    released: '2025-01-23',
    standardUntil: '2026-03-23',
    extendedUntil: '2027-03-23',
  },
  {
    version: '1.33',
    patch: '1.33.5',
    released: '2025-05-29',
    standardUntil: '2026-07-29',
    extendedUntil: '2027-07-29',
  },
  {
    version: '1.34',
    patch: '1.34.2',
    released: '2025-10-02',
    standardUntil: '2026-12-02',
    extendedUntil: '2027-12-02',
  },
  {
    version: '1.35',
    patch: '1.35.1',
    released: '2026-01-27',
    standardUntil: '2027-03-27',
    extendedUntil: '2028-03-27',
  },
] as const;

const DEFAULT_VERSION = '1.35';

const day = (date: string) => Date.parse(date) / 1000;

function describe(call: Call, version: (typeof VERSIONS)[number]) {
  const today = call.world.now() / 1000;
  let status = 'UNSUPPORTED';
  if (today < day(version.standardUntil)) {
    status = 'STANDARD_SUPPORT';
  } else if (today < day(version.extendedUntil)) {
    status = 'EXTENDED_SUPPORT';
  }
  return {
    clusterVersion: version.version,
    clusterType: 'eks',
    defaultPlatformVersion: 'eks.9',
    defaultVersion: version.version === DEFAULT_VERSION,
    releaseDate: day(version.released),
    endOfStandardSupportDate: day(version.standardUntil),
    endOfExtendedSupportDate: day(version.extendedUntil),
    status: status.toLowerCase().replace('_', '-'),
    versionStatus: status,
    kubernetesPatchVersion: version.patch,
  };
}

export const versionOperations: Operation[] = [
  {
    name: 'DescribeClusterVersions',
    route: 'GET /cluster-versions',
    resource: () => '*',
    run(call) {
      const { input } = call;
      const wanted = input.texts('clusterVersions');
      const status = input.text('versionStatus');
      const onlyDefault = input.boolean('defaultOnly') ?? false;
      const versions = VERSIONS.map(version => describe(call, version)).filter(
        version =>
          (!wanted || wanted.includes(version.clusterVersion)) &&
          (!status || status === version.versionStatus) &&
          (!onlyDefault || version.defaultVersion),
      );
      const { items, nextToken } = page(
        call,
        versions,
        ({ clusterVersion }) => clusterVersion,
      );
      // Newest first, as EKS lists them.
      return { clusterVersions: items.reverse(), nextToken };
    },
  },
];
