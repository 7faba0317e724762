import { NormalizedSchema } from '@smithy/core/schema';
import { ecr } from './ecr';
import { eks } from './eks';
import { AwsError } from './errors';
import { iam } from './iam';
import { Input } from './input';
import { misfits, modelOf, requireAnswer, requireError } from './model';
import { s3 } from './s3';
import { sts } from './sts';

const operations = [ecr, eks, iam, s3, sts].flatMap(service =>
  service.operations.map(operation => ({ service, operation })),
);

function model(service: 'ecr' | 'eks' | 'iam', operation: string) {
  const found = modelOf(service, operation);
  if (!found) {
    throw new Error(`AWS has no ${service}:${operation}`);
  }
  return found;
}

describe('what the sandbox plays of AWS', () => {
  it.each(
    operations.map(
      entry =>
        [`${entry.service.name}:${entry.operation.name}`, entry] as const,
    ),
  )('%s is an operation of AWS', (_, { service, operation }) => {
    const found = modelOf(service.name, operation.name);
    expect(found).toBeDefined();
    expect(operation.route).toBe(found?.route);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a field of its own', { cluster: { colour: 'red' } }, 'cluster.colour'],
    ['a field in the wrong place', { status: 'ACTIVE' }, 'status'],
    ['a number for a text', { cluster: { name: 1 } }, 'cluster.name is not'],
    ['a text for a list', { cluster: { encryptionConfig: 'x' } }, 'a list'],
    ['a list for a structure', { cluster: [] }, 'cluster is not a structure'],
    [
      'a list for a map',
      { cluster: { tags: [] } },
      'cluster.tags is not a map',
    ],
    ['a number in a map', { cluster: { tags: { a: 1 } } }, 'tags["a"]'],
    ['words for a time', { cluster: { createdAt: 'soon' } }, 'not a time'],
    [
      'an item that does not fit',
      { cluster: { resourcesVpcConfig: { subnetIds: ['a', 2] } } },
      'cluster.resourcesVpcConfig.subnetIds[1] is not text',
    ],
  ])('never answers with %s', (_, output, problem) => {
    const [operation] = eks.operations.filter(
      ({ name }) => name === 'DescribeCluster',
    );
    expect(() => requireAnswer('eks', operation, output)).toThrow(problem);
  });

  it('answers with what AWS has', () => {
    expect(
      misfits(
        {
          cluster: {
            name: 'prod-eu',
            createdAt: 1_700_000_000,
            tags: { team: 'payments' },
            computeConfig: { enabled: true, nodePools: ['system'] },
            version: undefined,
          },
        },
        model('eks', 'DescribeCluster').output,
      ),
    ).toEqual([]);
  });

  it('answers nothing where AWS answers nothing', () => {
    expect(misfits({}, NormalizedSchema.of('unit'))).toEqual([]);
    expect(misfits({ done: true }, NormalizedSchema.of('unit'))).toEqual([
      'the answer is not empty',
    ]);
  });

  it('knows the errors of a service by what it sends', () => {
    const missing = new AwsError('NoSuchEntity', 404, 'no such role');
    expect(() => requireError('iam', missing)).not.toThrow();
    expect(() => requireError('ecr', missing)).toThrow('AWS has no such error');
    expect(() =>
      requireError(
        'eks',
        new AwsError('ResourceNotFoundException', 404, 'no such cluster', {
          clusterName: 'prod-eu',
        }),
      ),
    ).not.toThrow();
    expect(() =>
      requireError(
        'eks',
        new AwsError('ResourceNotFoundException', 404, 'no such cluster', {
          hint: 'look again',
        }),
      ),
    ).toThrow('AWS has no hint');
  });

  it('reads no field of a request that AWS does not take', () => {
    const input = new Input(
      { colour: 'red', tags: [{ colour: 'red' }] },
      ecr.problem,
      '',
      model('ecr', 'CreateRepository').input,
    );
    expect(() => input.text('colour')).toThrow('reads colour');
    expect(() => input.objects('tags')?.[0].text('colour')).toThrow(
      'reads tags.1.colour',
    );
    expect(input.text('repositoryName')).toBeUndefined();
  });
});
