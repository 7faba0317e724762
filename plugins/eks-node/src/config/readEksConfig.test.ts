import { ConfigReader } from '@backstage/config';
import { readEksConfig } from './readEksConfig';

const read = (discovery: object) =>
  readEksConfig(
    new ConfigReader(JSON.parse(JSON.stringify({ eks: { discovery } }))),
  );

const accounts = [{ accountId: '111122223333', regions: ['eu-west-1'] }];

describe('readEksConfig', () => {
  it('finds no places where nothing is configured', () => {
    expect(readEksConfig(new ConfigReader({}))).toEqual({
      places: [],
      frequencyMs: 300_000,
      timeoutMs: 60_000,
    });
  });

  it('reads each pair of account and region once, with its partition', () => {
    const config = read({
      accounts: [
        { accountId: '111122223333', regions: ['eu-west-1', 'eu-west-1'] },
        { accountId: '444455556666', regions: ['cn-north-1'] },
      ],
      schedule: { frequency: { minutes: 2 }, timeout: '20s' },
    });
    expect(config).toEqual({
      places: [
        { accountId: '111122223333', region: 'eu-west-1', partition: 'aws' },
        {
          accountId: '444455556666',
          region: 'cn-north-1',
          partition: 'aws-cn',
        },
      ],
      frequencyMs: 120_000,
      timeoutMs: 20_000,
    });
  });

  it.each([
    [
      // YAML reads an unquoted account as a number, and 0123… as octal.
      { accounts: [{ accountId: 111122223333, regions: ['eu-west-1'] }] },
      /^eks\.discovery\.accounts\[0\]\.accountId: expected twelve digits in quotes/,
    ],
    [
      { accounts: [...accounts, { accountId: '444455556666', regions: [] }] },
      /^eks\.discovery\.accounts\[1\]\.regions: name at least one region/,
    ],
    [
      { accounts: [{ accountId: '111122223333', regions: ['Ireland'] }] },
      /^eks\.discovery\.accounts\[0\]\.regions\[0\]: "Ireland" is not a region/,
    ],
    [
      { accounts, schedule: { frequency: 'often' } },
      /^eks\.discovery\.schedule\.frequency: expected a duration/,
    ],
    [
      { accounts, schedule: { frequency: { seconds: 1 } } },
      /^eks\.discovery\.schedule\.frequency: use at least 10 s, not 1 s/,
    ],
  ])('refuses %j with the full key', (discovery, message) => {
    expect(() => read(discovery)).toThrow(message);
  });
});
