import { targetOn } from './__testUtils__/clusters';
import { usePlayedScaffolder } from './__testUtils__/played';
import { usualValues } from './__testUtils__/scaffolder';

const target = targetOn('nodes');

describe('the form of eks-service', () => {
  const scaffolder = usePlayedScaffolder();

  it('takes the usual values', async () => {
    expect((await scaffolder.dryRun(usualValues)).error).toBe('');
  });

  it('takes what a script leaves out', async () => {
    const { name, owner, targets, repoUrl, scaling } = usualValues;
    const run = await scaffolder.dryRun({
      name,
      owner,
      targets,
      repoUrl,
      scaling,
    });
    expect(run.error).toBe('');
  });

  it.each([
    ['name', { name: 'Orders' }],
    ['name', { name: '..' }],
    ['name', { name: 'a' }],
    ['name', { name: 'a'.repeat(41) }],
    ['name', { name: 'orders-' }],
    ['name', { name: 'or\nders' }],
    // YAML takes these for something else than text.
    ['name', { name: 'null' }],
    ['name', { name: 'on' }],
    ['description', { description: 'x'.repeat(201) }],
    ['description', { description: 'two\nlines' }],
    ['description', { description: 'a ${{ 1 }}' }],
    ['description', { description: 'a {{ 1 }}' }],
    ['description', { description: 'a {% if %}' }],
    ['description', { description: 'a $(id)' }],
    ['owner', { owner: 'group:default/payments\n  x: y' }],
    ['owner', { owner: 'payments # x' }],
    ['system', { system: 'a: b' }],
    ['lifecycle', { lifecycle: 'old' }],
    ['source', { source: 'elsewhere' }],
    ['sourceUrl', { source: 'existing', sourceUrl: 'orders' }],
    ['healthPath', { source: 'existing', healthPath: 'health' }],
    ['sourceUrl', { source: 'existing', sourceUrl: 'https://a@b/c' }],
    [
      'healthPath',
      {
        source: 'existing',
        sourceUrl: 'https://github.com/acme/theirs',
        healthPath: '/a b',
      },
    ],
    ['path', { exposure: 'public', path: 'orders' }],
    ['loadBalancerGroup', { exposure: 'public', loadBalancerGroup: 'A_b' }],
    ['runtime', { runtime: 'cobol' }],
    ['compute', { compute: 'mainframe' }],
    ['exposure', { exposure: 'everybody' }],
    ['routing', { exposure: 'public', routing: 'mesh' }],
    ['hostname', { exposure: 'public', hostname: 'Orders Example' }],
    ['hostname', { exposure: 'public', hostname: 'localhost' }],
    ['pipeline', { pipeline: 'jenkins' }],
    ['targets', { targets: [] }],
    ['targets', { targets: [target, target] }],
    ['targets[0]', { targets: [{ ...target, replicas: 3 }] }],
    ['targets[0].environment', { targets: [{ ...target, environment: '..' }] }],
    ['targets[0].environment', { targets: [{ ...target, environment: 'n' }] }],
    ['targets[0].namespace', { targets: [{ ...target, namespace: 'A_b' }] }],
    [
      'targets[0].clusterArn',
      { targets: [{ ...target, clusterArn: 'arn:aws:s3:::orders' }] },
    ],
    [
      'targets[0].clusterArn',
      { targets: [{ ...target, clusterArn: `${target.clusterArn}/../x` }] },
    ],
    [
      'scaling.minReplicas',
      { scaling: { ...usualValues.scaling, minReplicas: 0 } },
    ],
    [
      'scaling.targetCpuUtilization',
      { scaling: { ...usualValues.scaling, targetCpuUtilization: 100 } },
    ],
  ])('refuses a wrong %s: %j', async (field, values) => {
    const run = await scaffolder.dryRun({ ...usualValues, ...values });

    expect(run.status).toBe(400);
    const { errors } = JSON.parse(run.error);
    expect(errors).toContainEqual(
      expect.objectContaining({ property: `instance.${field}` }),
    );
  });
});
