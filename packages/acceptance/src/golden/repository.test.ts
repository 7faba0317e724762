import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  componentEntityV1alpha1Validator,
  DefaultNamespaceEntityPolicy,
  type Entity,
  EntityPolicies,
  FieldFormatEntityPolicy,
  NoForeignRootFieldsEntityPolicy,
  SchemaValidEntityPolicy,
} from '@backstage/catalog-model';
import { validate } from 'jsonschema';
import { parse, parseAllDocuments } from 'yaml';
import { clusters, targetOn } from './__testUtils__/clusters';
import { recordSchema } from './__testUtils__/record';
import { usePlayedScaffolder } from './__testUtils__/played';
import { type Scaffolder, usualValues } from './__testUtils__/scaffolder';
import { choicesOf, filesIn } from './__testUtils__/template';

/** What the catalog checks of an entity that it reads. */
const catalogPolicy = EntityPolicies.allOf([
  new SchemaValidEntityPolicy(),
  new DefaultNamespaceEntityPolicy(),
  new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(),
]);

const exposures = ['public', 'internal', 'none'];
const combinations = [
  ...exposures.flatMap(exposure =>
    clusters.map(({ compute }) => ({ exposure, compute, runtime: 'nodejs' })),
  ),
  ...choicesOf('runtime').map(runtime => ({
    exposure: 'public',
    compute: clusters[0].compute,
    runtime,
  })),
];

describe('the generated repository', () => {
  const scaffolder = usePlayedScaffolder();

  /** Fills the template in; the test fails with the scaffolder's words. */
  async function generate(
    values: object = {},
    change?: Parameters<Scaffolder['dryRun']>[1],
  ) {
    const run = await scaffolder.dryRun({ ...usualValues, ...values }, change);
    expect(run.error).toBe('');
    const read = (file: string) =>
      readFileSync(join(run.directory, file), 'utf8');
    const files = filesIn(run.directory).map(file =>
      relative(run.directory, file),
    );
    return { run, read, files };
  }

  it.each(combinations)(
    'has nothing that was not filled in, and only YAML and JSON that parse: $runtime, $exposure on $compute',
    async ({ exposure, compute, runtime }) => {
      const { read, files } = await generate({
        exposure,
        runtime,
        targets: [targetOn(compute)],
        ...(exposure === 'public' && { hostname: 'orders.example.com' }),
      });

      const unfilled = files.filter(
        file =>
          !file.startsWith('.github/workflows/') &&
          /\$\{\{|\{%|undefined/.test(read(file)),
      );
      expect(unfilled).toEqual([]);
      expect(
        validate(parse(read('.slipway.yaml')), recordSchema()).errors,
      ).toEqual([]);
      const yaml = files.filter(file => /\.ya?ml$/.test(file));
      expect(
        yaml.flatMap(file =>
          parseAllDocuments(read(file)).flatMap(({ errors }) =>
            errors.map(error => `${file}: ${error.message}`),
          ),
        ),
      ).toEqual([]);
      const json = files.filter(file => file.endsWith('.json'));
      expect(json.map(file => typeof JSON.parse(read(file)))).toEqual(
        json.map(() => 'object'),
      );
    },
  );

  it.each([
    ['nodejs', ['package.json', 'package-lock.json']],
    ['python', ['pyproject.toml', 'uv.lock']],
    ['java', ['pom.xml', 'src/main/java/service/Application.java']],
    ['go', ['go.mod', 'go.sum']],
    ['static', ['package.json', 'package-lock.json', 'index.html']],
  ])('has what a developer of %s looks for', async (runtime, theirs) => {
    const { files } = await generate({ runtime });

    expect(files).toEqual(
      expect.arrayContaining([
        ...theirs,
        '.devcontainer/devcontainer.json',
        '.github/actions/tools/action.yaml',
        '.github/dependabot.yml',
        'Dockerfile',
        'docs/development.md',
        'scripts/check.sh',
      ]),
    );
  });

  it('has what a platform team looks for, and nothing of the cluster', async () => {
    const { files } = await generate();

    expect(files).toEqual(
      expect.arrayContaining([
        '.dockerignore',
        '.editorconfig',
        '.github/workflows/pipeline.yaml',
        '.github/workflows/rescan.yaml',
        '.gitignore',
        '.slipway.yaml',
        '.trivyignore.yaml',
        'CODEOWNERS',
        'README.md',
        'catalog-info.yaml',
        'deploy/base/kustomization.yaml',
        'deploy/overlays/production/kustomization.yaml',
        'docs/index.md',
        'docs/pipeline.md',
        'docs/run-book.md',
        'mkdocs.yml',
      ]),
    );
    expect(files.filter(file => file.startsWith('.cluster'))).toEqual([]);
  });

  it('is an entity that the catalog takes, with every annotation', async () => {
    const { read } = await generate();
    const documents = parseAllDocuments(read('catalog-info.yaml'));
    expect(documents).toHaveLength(1);
    const entity: Entity = documents[0].toJS();

    await expect(catalogPolicy.enforce(entity)).resolves.toBeDefined();
    await expect(componentEntityV1alpha1Validator.check(entity)).resolves.toBe(
      true,
    );
    expect(entity).toEqual({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name: 'orders',
        description: 'Takes orders',
        annotations: {
          'backstage.io/kubernetes-id': 'orders',
          'backstage.io/kubernetes-namespace': 'orders',
          'backstage.io/kubernetes-label-selector':
            'app.kubernetes.io/name=orders',
          'backstage.io/techdocs-ref': 'dir:.',
          'github.com/project-slug': 'acme/orders',
          'argocd/app-name': 'orders',
          'aws.amazon.com/amazon-ecr-arn':
            'arn:aws:ecr:eu-west-1:111122223333:repository/orders',
          'aws.amazon.com/amazon-eks-cluster-arn':
            'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
        },
      },
      spec: {
        type: 'service',
        lifecycle: 'production',
        owner: 'group:default/payments',
        system: 'system:default/shop',
      },
    });
  });

  it('has an Application of Argo CD for each environment, which delivers that overlay', async () => {
    const { namespace, ...auto } = targetOn('auto-mode');
    const targets = [
      { ...auto, environment: 'staging', namespace: 'orders-staging' },
      { ...auto, namespace },
    ];
    const { read, files } = await generate({ targets });

    for (const target of targets) {
      const { environment } = target;
      expect(
        parse(read(`deploy/argocd/${environment}/application.yaml`)),
      ).toMatchObject({
        metadata: { name: `orders-${environment}`, namespace: 'argocd' },
        spec: {
          source: {
            repoURL: 'https://github.com/acme/orders.git',
            targetRevision: 'main',
            path: `deploy/overlays/${environment}`,
          },
          destination: { namespace: target.namespace },
        },
      });
      expect(files).toContain(
        `deploy/overlays/${environment}/kustomization.yaml`,
      );
      // The portal applied it, so nobody is asked to.
      expect(read('docs/pipeline.md')).toContain(
        `The portal applied that of \`${environment}\``,
      );
      expect(read('docs/pipeline.md')).not.toContain('kubectl apply');
    }
    const { metadata } = parse(read('catalog-info.yaml'));
    expect(metadata.annotations).toMatchObject({
      'argocd/app-selector': 'app.kubernetes.io/name=orders',
    });
    expect(metadata.annotations).not.toHaveProperty('argocd/app-name');
  });

  it('names every cluster, and no namespace where there are several', async () => {
    const targets = [
      targetOn('nodes', 'staging'),
      targetOn('fargate', 'batch'),
      targetOn('auto-mode', 'production'),
    ];
    const { read, files } = await generate({ targets });
    const { annotations } = parse(read('catalog-info.yaml')).metadata;

    expect(annotations['aws.amazon.com/amazon-eks-cluster-arn']).toBe(
      targets.map(({ clusterArn }) => clusterArn).join(','),
    );
    expect(annotations).not.toHaveProperty('backstage.io/kubernetes-namespace');
    expect(parse(read('.slipway.yaml')).targets).toEqual(targets);
    expect(files.filter(file => file.endsWith('compute.yaml'))).toEqual([
      'deploy/overlays/batch/compute.yaml',
      'deploy/overlays/production/compute.yaml',
      'deploy/overlays/staging/compute.yaml',
    ]);
    expect(read('.github/pipeline.settings')).toContain(
      'environments=staging batch production\n',
    );
  });

  it.each([
    ['a secret', { secrets: { token: 'x' } }],
    ['another template', { template: { name: 'x', version: '0.1.0' } }],
    ['no version', { template: { name: 'eks-service' } }],
    ['nowhere to run', { targets: [] }],
  ])(
    'has a record that its schema tells from one with %s',
    async (_, wrong) => {
      const { read } = await generate();
      const record = { ...parse(read('.slipway.yaml')), ...wrong };

      expect(validate(record, recordSchema()).errors).not.toEqual([]);
    },
  );

  it('remembers what it was made with', async () => {
    const { read } = await generate();
    const { targets, ...parameters } = usualValues;

    expect(parse(read('.slipway.yaml'))).toEqual({
      template: { name: 'eks-service', version: '0.2.0' },
      task: expect.stringMatching(/./),
      parameters,
      targets,
    });
  });

  it.each([
    'plain',
    'Takes "orders": all # of \'them\' & <b>more</b> 🛒',
    '- yes',
    '*a &b !c |d >e %f @g `h`',
    "it's \\n no line break",
    'null',
  ])('carries the description as it is: %j', async description => {
    const { read } = await generate({ description });

    expect(parse(read('catalog-info.yaml')).metadata.description).toBe(
      description,
    );
    expect(parse(read('.slipway.yaml')).parameters.description).toBe(
      description,
    );
    expect(read('README.md')).not.toContain('<b>');
  });

  it.each([
    'two\nlines: x\r\n- three\t\u2028',
    '${{ parameters.name }} {{ values.name }} {% raw %} {# x #}',
    '"}]\n---\nkind: Secret',
  ])('carries even what the form refuses: %j', async description => {
    const { read } = await generate({ description }, template => {
      template.spec.parameters = [];
    });

    const documents = parseAllDocuments(read('catalog-info.yaml'));
    expect(documents).toHaveLength(1);
    expect(documents[0].toJS().metadata.description).toBe(description);
    expect(parse(read('.slipway.yaml')).parameters.description).toBe(
      description,
    );
  });

  it.each([
    ['group:default/payments', '* @acme/payments\n'],
    ['payments', '* @acme/payments\n'],
    ['user:default/guest', '* @guest\n'],
  ])('is reviewed by its owner: %s', async (owner, line) => {
    const { read } = await generate({ owner });
    expect(read('CODEOWNERS')).toContain(line);
  });

  it('stays text where YAML would make a number of it', async () => {
    const target = { ...targetOn('nodes'), namespace: '123' };
    const { read } = await generate({ targets: [target] });

    expect(parse(read('.slipway.yaml')).targets).toEqual([target]);
    expect(
      parse(read('deploy/overlays/production/kustomization.yaml')).namespace,
    ).toBe('123');
    expect(
      parse(read('catalog-info.yaml')).metadata.annotations[
        'backstage.io/kubernetes-namespace'
      ],
    ).toBe('123');
  });

  it('takes its packages from no particular registry', async () => {
    const { read } = await generate();
    expect(read('package-lock.json')).not.toMatch(
      /"resolved"|https?:\/\/[^"]*\.tgz/,
    );
    expect(JSON.parse(read('package-lock.json')).name).toBe('orders');
    expect(JSON.parse(read('package.json')).name).toBe('orders');
  });

  it('says what is left to do where the portal cannot make the pipeline', async () => {
    const { run, read, files } = await generate({ pipeline: 'codepipeline' });

    expect(run.output.text).toMatchObject([{ title: 'One step is left' }]);
    expect([run.output.links].flat().map(link => Object(link).title)).toEqual([
      'Service page',
      'Repository',
      'Deploy the pipeline',
      'Image registry',
    ]);
    expect(read('docs/pipeline.md')).toContain('aws cloudformation deploy');
    expect(files.filter(file => file.startsWith('.github/'))).toEqual([]);
  });

  it('leads to what was made', async () => {
    const { run } = await generate();
    expect(run.output).toMatchObject({
      links: [
        { title: 'Service page' },
        { title: 'Repository' },
        { title: 'Pipeline' },
        {
          title: 'Image registry',
          url: expect.stringContaining('111122223333/orders'),
        },
        { title: 'AWS role' },
      ],
      text: [{ content: expect.stringContaining('prod-eu') }],
    });
  });
});
