import { compareRepository, DesiredRepository } from './drift';
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

describe('compareRepository', () => {
  it('finds nothing where all is as asked', () => {
    expect(compareRepository(desired, found)).toEqual([]);
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
        ),
      ).toEqual([]);
    },
  );

  it('says that the key is another, and stays', () => {
    expect(
      compareRepository(
        { ...desired, encryption: { type: 'KMS', kmsKey: '5678' } },
        { ...found, encryption: { type: 'KMS', kmsKey: keyArn } },
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
});
