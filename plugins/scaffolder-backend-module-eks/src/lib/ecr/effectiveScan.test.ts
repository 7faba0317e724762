import { effectiveScan } from './effectiveScan';

const rule = (
  scanFrequency: 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN' | 'MANUAL',
  filter: string,
) => ({
  scanFrequency,
  repositoryFilters: [{ filter, filterType: 'WILDCARD' as const }],
});

describe('effectiveScan', () => {
  it.each([
    [true, 'SCAN_ON_PUSH'],
    [false, 'MANUAL'],
  ])(
    "follows the repository's switch (%s) while the registry has no rules",
    (scanOnPush, frequency) => {
      expect(
        effectiveScan('orders', scanOnPush, { scanType: 'BASIC', rules: [] }),
      ).toMatchObject({ type: 'BASIC', frequency, source: 'repository' });
    },
  );

  it('lets a rule of the registry go before the switch', () => {
    expect(
      effectiveScan('orders', false, {
        scanType: 'BASIC',
        rules: [rule('SCAN_ON_PUSH', '*')],
      }),
    ).toMatchObject({ frequency: 'SCAN_ON_PUSH', source: 'registry' });
  });

  it('is by hand when rules exist and none matches', () => {
    expect(
      effectiveScan('orders', true, {
        scanType: 'BASIC',
        rules: [rule('SCAN_ON_PUSH', 'other*')],
      }),
    ).toMatchObject({ frequency: 'MANUAL', source: 'registry' });
  });

  it('is off with enhanced scanning when no rule matches', () => {
    expect(
      effectiveScan('orders', true, { scanType: 'ENHANCED', rules: [] }),
    ).toMatchObject({ type: 'ENHANCED', frequency: 'DISABLED' });
  });

  it('prefers continuous scanning', () => {
    expect(
      effectiveScan('orders', true, {
        scanType: 'ENHANCED',
        rules: [rule('SCAN_ON_PUSH', '*'), rule('CONTINUOUS_SCAN', 'orders')],
      }),
    ).toMatchObject({ frequency: 'CONTINUOUS_SCAN' });
  });

  it('prefers scanning on push to scanning by hand', () => {
    expect(
      effectiveScan('orders', false, {
        scanType: 'BASIC',
        rules: [rule('MANUAL', '*'), rule('SCAN_ON_PUSH', 'orders')],
      }),
    ).toMatchObject({ frequency: 'SCAN_ON_PUSH' });
  });

  it('does not call a rule for scanning by hand scanning on push', () => {
    expect(
      effectiveScan('orders', true, {
        scanType: 'BASIC',
        rules: [rule('MANUAL', '*')],
      }),
    ).toMatchObject({
      frequency: 'MANUAL',
      source: 'registry',
      explanation: expect.stringContaining('only when somebody asks'),
    });
  });

  it('is unknown when the registry cannot be read', () => {
    expect(effectiveScan('orders', true, undefined)).toMatchObject({
      type: 'UNKNOWN',
      frequency: 'UNKNOWN',
      source: 'unknown',
    });
  });

  // The table of the Amazon ECR user guide, "Filters to choose which
  // repositories are scanned".
  it.each([
    ['prod', ['prod', 'repo-prod', 'prod-repo', 'repo-prod-repo', 'prodrepo']],
    ['*prod', ['prod', 'repo-prod']],
    ['prod*', ['prod', 'prod-repo', 'prodrepo']],
    [
      '*prod*',
      ['prod', 'repo-prod', 'prod-repo', 'repo-prod-repo', 'prodrepo'],
    ],
    ['prod*repo', ['prod-repo', 'prodrepo']],
  ])('matches the filter %s as AWS does', (filter, expected) => {
    const matched = [
      'prod',
      'repo-prod',
      'prod-repo',
      'repo-prod-repo',
      'prodrepo',
    ].filter(
      name =>
        effectiveScan(name, false, {
          scanType: 'BASIC',
          rules: [rule('SCAN_ON_PUSH', filter)],
        }).frequency === 'SCAN_ON_PUSH',
    );
    expect(matched).toEqual(expected);
  });
});
