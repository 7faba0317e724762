import { compareRepository, DesiredRepository } from './drift';
import { effectiveScan } from './effectiveScan';
import type { RepositoryState } from './repositoryState';

const desired: DesiredRepository = {
  imageTagMutability: 'IMMUTABLE',
  exclusionFilters: [],
  encryption: { type: 'AES256' },
  scanOnPush: true,
  tags: {},
};

const found: RepositoryState = {
  arn: 'arn:aws:ecr:eu-west-1:111122223333:repository/orders',
  uri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders',
  imageTagMutability: 'IMMUTABLE',
  exclusionFilters: [],
  encryption: { type: 'AES256' },
  scanOnPush: true,
  tags: { team: 'payments' },
};

/** A registry that leaves scanning to its repositories. */
const scan = effectiveScan('orders', true, { scanType: 'BASIC', rules: [] });

describe('compareRepository', () => {
  it('finds nothing where all is as asked', () => {
    expect(compareRepository(desired, found, scan)).toEqual([]);
  });

  it('names each field with both values, and what AWS cannot change', () => {
    expect(
      compareRepository(
        {
          ...desired,
          imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
          exclusionFilters: ['v*'],
          encryption: { type: 'KMS' },
          scanOnPush: false,
          lifecyclePolicy: '{"rules":[]}',
          repositoryPolicy: '{"Statement":[]}',
          tags: { team: 'shop', stage: 'production' },
        },
        found,
        scan,
      ),
    ).toEqual([
      {
        field: 'imageTagMutability',
        asked: 'MUTABLE_WITH_EXCLUSION',
        found: 'IMMUTABLE',
        changeable: true,
      },
      {
        field: 'exclusionFilters',
        asked: 'v*',
        found: 'none',
        changeable: true,
      },
      {
        field: 'encryption.type',
        asked: 'KMS',
        found: 'AES256',
        changeable: false,
      },
      { field: 'scanOnPush', asked: 'false', found: 'true', changeable: true },
      {
        field: 'lifecyclePolicy',
        asked: '{"rules":[]}',
        found: 'none',
        changeable: true,
      },
      {
        field: 'repositoryPolicy',
        asked: '{"Statement":[]}',
        found: 'none',
        changeable: true,
      },
      {
        field: 'tags.team',
        asked: 'shop',
        found: 'payments',
        changeable: true,
      },
      {
        field: 'tags.stage',
        asked: 'production',
        found: 'none',
        changeable: true,
      },
    ]);
  });

  it('does not take another order or layout for a difference', () => {
    expect(
      compareRepository(
        {
          ...desired,
          exclusionFilters: ['a', 'b'],
          repositoryPolicy:
            '{"Statement":[{"Effect":"Allow","Action":["ecr:BatchGetImage"]}]}',
        },
        {
          ...found,
          exclusionFilters: ['b', 'a'],
          repositoryPolicy:
            '{ "Statement": { "Action": "ecr:BatchGetImage", "Effect": "Allow" } }',
        },
        scan,
      ),
    ).toEqual([]);
  });

  const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/1234';
  it.each([undefined, keyArn, '1234', 'alias/images'])(
    'knows the KMS key however it was written (%s)',
    kmsKey => {
      expect(
        compareRepository(
          { ...desired, encryption: { type: 'KMS', kmsKey } },
          { ...found, encryption: { type: 'KMS', kmsKey: keyArn } },
          scan,
        ),
      ).toEqual([]);
    },
  );

  it('says that the key is another, and stays', () => {
    expect(
      compareRepository(
        { ...desired, encryption: { type: 'KMS', kmsKey: '5678' } },
        { ...found, encryption: { type: 'KMS', kmsKey: keyArn } },
        scan,
      ),
    ).toEqual([
      {
        field: 'encryption.kmsKey',
        asked: '5678',
        found: keyArn,
        changeable: false,
      },
    ]);
  });

  describe('where rules of the registry decide over scanning', () => {
    const ruled = (scanFrequency: 'SCAN_ON_PUSH' | 'MANUAL') =>
      effectiveScan('orders', false, {
        scanType: 'BASIC',
        rules: [
          {
            scanFrequency,
            repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }],
          },
        ],
      });

    it('makes nothing of the switch', () => {
      expect(
        compareRepository(
          desired,
          { ...found, scanOnPush: false },
          ruled('SCAN_ON_PUSH'),
        ),
      ).toEqual([]);
    });

    it('says that they are against what was asked', () => {
      expect(compareRepository(desired, found, ruled('MANUAL'))).toEqual([
        {
          field: 'scanOnPush',
          asked: 'true',
          found: 'false',
          changeable: false,
          reason: expect.stringContaining('can change its rules'),
        },
      ]);
    });
  });
});
