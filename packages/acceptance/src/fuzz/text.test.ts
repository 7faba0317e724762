import {
  clusterArnsOf,
  consoleLinks,
  EKS_CLUSTER_ARN_ANNOTATION,
  parseClusterArn,
  parseEcrRepositoryArn,
  parseImageReference,
  parseQuantity,
  partitionOfRegion,
  type LinkSubject,
} from '@slipway/backstage-plugin-eks-common';
import { orders } from '@slipway/backstage-plugin-eks-common/testUtils';
import fc from 'fast-check';

// Text that comes from the catalog, from clusters and from AWS. FUZZ_RUNS tries
// more of it.

const numRuns = Number(process.env.FUZZ_RUNS ?? 1_000);
const holds = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, property), { numRuns });

/** What a call answers, or how it refuses. */
function outcome(call: () => unknown): string {
  try {
    return String(call());
  } catch (error) {
    return String(error);
  }
}

/** JSON can hold halves of characters. */
const anyText = fc.oneof(
  fc.string(),
  fc.string({
    unit: fc.nat({ max: 0xffff }).map(unit => String.fromCharCode(unit)),
  }),
);
const name = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?$/);
const account = fc.stringMatching(/^\d{12}$/);
const region = fc.constantFrom('eu-west-1', 'cn-north-1', 'us-gov-west-1');

describe('the console links', () => {
  const subjects: fc.Arbitrary<LinkSubject> = fc
    .tuple(
      region,
      fc.record(
        {
          accountId: account,
          clusterName: anyText,
          namespace: anyText,
          workload: anyText,
          pod: anyText,
          logGroup: anyText,
          ecrRepository: anyText,
        },
        { requiredKeys: ['accountId', 'clusterName'] },
      ),
    )
    .map(([place, rest]) => ({
      ...rest,
      region: place,
      partition: partitionOfRegion(place),
    }));
  const consoles = [
    'https://eu-west-1.console.aws.amazon.com',
    'https://console.amazonaws.cn',
    'https://console.amazonaws-us-gov.com',
  ];

  it('lead into the console of the partition, whatever the names are', () => {
    holds(subjects, subject => {
      const links = Object.values(consoleLinks(subject));
      expect(links.length).toBeGreaterThanOrEqual(4);
      for (const link of links) {
        const { origin, searchParams } = new URL(link);
        expect(consoles).toContain(origin);
        expect([...searchParams.keys()]).toEqual(['region']);
        expect(link).not.toMatch(/[\s<>"\\]/);
      }
    });
  });

  it('lead where the template says, and names stay one part of it', () => {
    const template = 'https://portal.example.com/{cluster}/end?at={namespace}';
    holds(subjects, subject => {
      const { origin, pathname, searchParams, hash } = new URL(
        consoleLinks(
          { ...subject, namespace: subject.namespace ?? '' },
          { eksCluster: template },
        ).eksCluster ?? '',
      );
      expect(origin).toBe('https://portal.example.com');
      expect(pathname.endsWith('/end')).toBe(true);
      expect([...searchParams.keys()]).toEqual(['at']);
      expect(hash).toBe('');
    });
  });

  it('have no other scheme than https', () => {
    holds(fc.tuple(subjects, anyText), ([subject, eksCluster]) => {
      for (const link of Object.values(consoleLinks(subject, { eksCluster }))) {
        expect(new URL(link).protocol).toBe('https:');
      }
    });
  });
});

describe('ARNs', () => {
  it.each([
    ['eks', 'cluster', parseClusterArn],
    ['ecr', 'repository', parseEcrRepositoryArn],
  ] as const)(
    'of %s are taken apart, and nothing else is',
    (service, kind, parse) => {
      holds(
        fc.tuple(
          region,
          account,
          name.filter(text => text.length > 1),
        ),
        ([place, accountId, resource]) => {
          const partition = partitionOfRegion(place);
          const arn = `arn:${partition}:${service}:${place}:${accountId}:${kind}/${resource}`;
          expect(parse(arn)).toEqual({
            partition,
            accountId,
            region: place,
            name: resource,
          });
        },
      );
      const almost = fc
        .array(
          fc.oneof(
            fc.constantFrom('arn', 'aws', service, 'eu-west-1', `${kind}/a`),
            anyText,
          ),
          { maxLength: 8 },
        )
        .map(parts => parts.join(':'));
      holds(almost, arn => {
        const answer = outcome(() => {
          const { name: resource, accountId } = parse(arn);
          return arn.endsWith(`:${accountId}:${kind}/${resource}`);
        });
        expect(answer).toMatch(
          /^(true|InputError: [^]{1,500}It looks like arn:aws:[^]{1,100})$/,
        );
      });
    },
  );

  it('in an annotation are each named once', () => {
    holds(
      fc.array(fc.oneof(anyText, fc.constantFrom('a', ' a ', ''))),
      parts => {
        const value = parts.join(',');
        const arns = clusterArnsOf({
          ...orders,
          metadata: {
            ...orders.metadata,
            annotations: { [EKS_CLUSTER_ARN_ANNOTATION]: value },
          },
        });
        expect(new Set(arns).size).toBe(arns.length);
        for (const arn of arns) {
          expect(arn).toBe(arn.trim());
          expect(arn).not.toBe('');
          expect(value).toContain(arn);
        }
      },
    );
  });
});

describe('image references', () => {
  const digest = fc.stringMatching(/^sha256:[0-9a-f]{64}$/);
  const host = fc.constantFrom(
    '',
    'localhost:5000/',
    '111122223333.dkr.ecr.eu-west-1.amazonaws.com/',
  );

  it('are put together of the parts that they are taken into', () => {
    holds(
      fc.tuple(host, name, fc.option(name), fc.option(digest)),
      ([registry, image, tag, sha]) => {
        const repository = `${registry}${image}`;
        const parts = parseImageReference(
          [repository, tag && `:${tag}`, sha && `@${sha}`].join(''),
        );
        expect(parts).toEqual({
          repository,
          ...(tag !== null && { tag }),
          ...(sha !== null && { digest: sha }),
          ...(registry.includes('ecr') && {
            ecr: {
              accountId: '111122223333',
              region: 'eu-west-1',
              repository: image,
            },
          }),
        });
      },
    );
  });

  it('are taken apart whatever they are', () => {
    holds(anyText, image => {
      const {
        repository,
        tag = '',
        digest: sha = '',
      } = parseImageReference(image);
      for (const part of [repository, tag, sha]) {
        expect(image).toContain(part);
      }
    });
  });
});

describe('quantities', () => {
  it('are numbers, or are not there', () => {
    holds(fc.oneof(anyText, fc.anything()), value => {
      const amount = parseQuantity(value);
      expect(amount === undefined || Number.isFinite(amount)).toBe(true);
    });
    holds(
      fc.tuple(
        fc.integer(),
        fc.constantFrom(['', 1], ['m', 1e-3], ['k', 1e3], ['Ki', 1024]),
      ),
      ([amount, [suffix, factor]]) => {
        expect(parseQuantity(`${amount}${suffix}`)).toBeCloseTo(
          amount * Number(factor),
        );
      },
    );
  });
});
