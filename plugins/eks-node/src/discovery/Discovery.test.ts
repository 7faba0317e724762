import { mockServices } from '@backstage/backend-test-utils';
import type { Fault } from '@slipway/sandbox';
import { useSandbox } from '../__testUtils__/useSandbox';
import { DefaultAwsClients } from '../aws/AwsClients';
import { readEksConfig } from '../config';
import { Discovery } from './Discovery';

const use = useSandbox();
let now = 0;
let discovery: Discovery;
let aws: DefaultAwsClients;

beforeEach(() => {
  now = 0;
  const config = use.config();
  aws = DefaultAwsClients.fromConfig(config);
  discovery = new Discovery({
    config: readEksConfig(config),
    aws,
    logger: mockServices.logger.mock(),
    now: () => now,
  });
});

afterEach(() => {
  discovery.stop();
  aws.destroy();
});

/** Five minutes and more later, when the places have been asked again. */
async function later(kind: Fault['kind']) {
  const before = use.sandbox.journal.list({ operation: 'ListClusters' }).length;
  use.sandbox.faults.add({
    kind,
    service: 'eks',
    operation: 'ListClusters',
    region: 'us-east-1',
  });
  now += 301_000;
  const stale = await discovery.list();
  expect(stale.failures).toEqual([]);
  let answer = stale;
  while (answer.failures.length === 0) {
    await new Promise(resolve => {
      setTimeout(resolve, 20);
    });
    answer = await discovery.list();
  }
  const asked = use.sandbox.journal.list({ operation: 'ListClusters' }).length;
  expect(asked).toBeGreaterThan(before);
  return answer;
}

const names = ({ clusters }: { clusters: { name: string }[] }) =>
  clusters.map(({ name }) => name);

describe('Discovery', () => {
  it('keeps the clusters of a place that merely fails', async () => {
    expect(names(await discovery.list())).toHaveLength(4);
    const answer = await later('server-error');
    expect(names(answer)).toEqual([
      'batch-eu',
      'prod-eu',
      'prod-us',
      'staging-us',
    ]);
    expect(answer.failures).toEqual([
      {
        accountId: '444455556666',
        region: 'us-east-1',
        message: expect.stringMatching(/AWS failed at eks:ListClusters/),
      },
    ]);
  }, 20_000);

  it('forgets the clusters of a place that is denied', async () => {
    expect(names(await discovery.list())).toHaveLength(4);
    const answer = await later('access-denied');
    expect(names(answer)).toEqual(['batch-eu', 'prod-eu']);
  });

  it('asks nobody after it has stopped', async () => {
    discovery.stop();
    const before = use.sandbox.journal.list().length;
    const { clusters } = await discovery.list();
    expect(clusters).toEqual([]);
    expect(use.sandbox.journal.list()).toHaveLength(before);
  });
});
