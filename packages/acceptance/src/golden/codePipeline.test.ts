import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type ScalarTag } from 'yaml';
import { targetOn } from './__testUtils__/clusters';
import { usePlayedScaffolder } from './__testUtils__/played';
import { usualValues } from './__testUtils__/scaffolder';
import { choicesOf } from './__testUtils__/template';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: object;
}
interface Policy {
  PolicyDocument: { Statement: Statement[] };
}
interface Action {
  Name: string;
  RoleArn?: string;
  ActionTypeId: { Category: string; Provider: string };
  Configuration: Record<string, string>;
}
interface Stage {
  Name: string;
  Actions: Action[];
}
interface Resource {
  Type: string;
  Properties: {
    Policies?: Policy[];
    PolicyDocument?: Policy['PolicyDocument'];
    Stages?: Stage[];
    PrincipalArn?: string;
    AccessPolicies?: {
      PolicyArn: string;
      AccessScope: { Type: string; Namespaces: string[] };
    }[];
    ServiceRole?: string;
    Source?: { BuildSpec: string };
  };
}

// `!GetAtt Role.Arn` becomes `Role.Arn`: what it names is all that is compared.
const tags: ScalarTag[] = ['!Ref', '!GetAtt', '!Sub'].map(tag => ({
  tag,
  resolve: text => text,
}));

describe('the generated stack of CodePipeline', () => {
  const scaffolder = usePlayedScaffolder();
  let directory: string;
  let resources: Record<string, Resource>;
  const read = (file: string) => readFileSync(join(directory, file), 'utf8');

  beforeAll(async () => {
    const { namespace, ...auto } = targetOn('auto-mode');
    const run = await scaffolder.dryRun({
      ...usualValues,
      pipeline: 'codepipeline',
      targets: [
        { ...auto, environment: 'staging', namespace: 'orders-staging' },
        { ...auto, namespace },
      ],
    });
    directory = run.directory;
    ({ Resources: resources } = parse(read('pipeline/stack.yaml'), {
      customTags: tags,
    }));
  });

  const stagesOf = (name: string) => resources[name].Properties.Stages ?? [];
  const statementsOf = (name: string) =>
    (resources[name].Properties.Policies ?? []).flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement,
    );
  const actionsOf = (name: string) =>
    statementsOf(name).flatMap(({ Action }) => Action);

  it('tests, then scans, then pushes, then deploys to one environment after another', () => {
    expect(
      stagesOf('Pipeline').map(({ Name, Actions }) => [
        Name,
        ...Actions.map(({ ActionTypeId }) => ActionTypeId.Provider),
      ]),
    ).toEqual([
      ['Source', 'CodeStarSourceConnection'],
      ['Test', 'CodeBuild'],
      ['Build', 'CodeBuild'],
      ['Push', 'CodeBuild'],
      ['Deploy-staging', 'EKS'],
      // The last one waits for somebody.
      ['Deploy-production', 'Manual', 'EKS'],
    ]);
    const build = read('pipeline/buildspec.build.yaml');
    expect(build.indexOf('build.sh')).toBeLessThan(build.indexOf('scan.sh'));
    const push = read('pipeline/push.sh');
    const order = ['skopeo', 'cosign sign', 'cosign attest', 'cosign verify'];
    const at = order.map(word => push.toLowerCase().indexOf(`\n${word}`));
    expect(at.slice(1)).toEqual([...at.slice(1)].sort((a, b) => a - b));
  });

  it('deploys with CodePipeline’s own action, each environment with a role for its namespace alone', () => {
    const deploys = stagesOf('Pipeline')
      .flatMap(({ Actions }) => Actions)
      .filter(({ ActionTypeId }) => ActionTypeId.Provider === 'EKS');
    expect(
      deploys.map(({ RoleArn, Configuration }) => ({
        RoleArn,
        ...Configuration,
      })),
    ).toEqual([
      {
        RoleArn: 'Deploy1Role.Arn',
        ClusterName: 'prod-eu',
        Namespace: 'orders-staging',
        ManifestFiles: 'staging.yaml',
      },
      {
        RoleArn: 'Deploy2Role.Arn',
        ClusterName: 'prod-eu',
        Namespace: 'orders',
        ManifestFiles: 'production.yaml',
      },
    ]);
    expect(resources.Deploy1Access.Properties).toMatchObject({
      PrincipalArn: 'Deploy1Role.Arn',
      AccessPolicies: [
        {
          PolicyArn: expect.stringMatching(/AmazonEKSEditPolicy$/),
          AccessScope: { Type: 'namespace', Namespaces: ['orders-staging'] },
        },
      ],
    });
    expect(actionsOf('Deploy1Role')).toEqual(['eks:DescribeCluster']);
    expect(statementsOf('Deploy1Role')[0].Resource).toBe(
      targetOn('auto-mode').clusterArn,
    );
  });

  it('lets what is tested and built push nothing, sign nothing and reach no cluster', () => {
    for (const project of ['TestProject', 'BuildProject']) {
      expect(resources[project].Properties.ServiceRole).toBe('BuildRole.Arn');
    }
    expect(
      actionsOf('BuildRole').filter(action =>
        /^(ecr|kms|eks|sts|iam|codeconnections):/.test(action),
      ),
    ).toEqual([]);
    expect(actionsOf('PushRole').filter(a => a.startsWith('eks:'))).toEqual([]);
    // A pull request runs tests, and nothing else.
    expect(stagesOf('Checks').map(({ Name }) => Name)).toEqual([
      'Source',
      'Test',
    ]);
  });

  it('grants everything on the thing that it is for, where AWS can tell things apart', () => {
    // These take no resource (Service Authorization Reference).
    const onAnything =
      /^ec2:(Create|Delete|Describe)[A-Za-z]+$|^ecr:GetAuthorizationToken$/;
    const wide = Object.entries(resources)
      .filter(([, { Type }]) => Type.startsWith('AWS::IAM::'))
      .flatMap(([name, { Properties }]) =>
        [
          ...(Properties.Policies ?? []).map(p => p.PolicyDocument),
          ...(Properties.PolicyDocument ? [Properties.PolicyDocument] : []),
        ].flatMap(({ Statement }) =>
          Statement.filter(({ Resource }) => [Resource].flat().includes('*'))
            .flatMap(({ Action }) => Action)
            .filter(action => !onAnything.test(action))
            .map(action => `${name}: ${action}`),
        ),
      );
    expect(wide).toEqual([]);
  });

  it('has every file that it names, and no key', () => {
    const specs = Object.values(resources).flatMap(
      ({ Properties }) => Properties.Source?.BuildSpec ?? [],
    );
    expect(specs).toHaveLength(4);
    for (const spec of specs) {
      const { version, phases } = parse(read(spec));
      expect(version).toBe(0.2);
      for (const script of JSON.stringify(phases).match(/[a-z/]+\.sh/g) ?? []) {
        expect(read(script)).toContain('set -euo pipefail');
      }
    }
    expect(read('pipeline/stack.yaml')).not.toMatch(
      /AKIA|SecretString|AccessKey/,
    );
  });

  it('takes every tool in a version of its own', () => {
    const images = read('pipeline/images.sh').match(/^[A-Z]+=.*$/gm) ?? [];
    expect(images).not.toHaveLength(0);
    for (const image of images) {
      expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
    }
  });

  it.each(choicesOf('runtime'))(
    'tests %s in an image of its own version',
    async runtime => {
      const run = await scaffolder.dryRun({
        ...usualValues,
        runtime,
        pipeline: 'codepipeline',
      });
      expect(run.error).toBe('');
      const { Parameters } = JSON.parse(
        readFileSync(join(run.directory, 'pipeline/parameters.json'), 'utf8'),
      );
      const dockerfile = readFileSync(
        join(run.directory, 'Dockerfile'),
        'utf8',
      );
      const [, version] =
        /(?:node|golang|uv|maven):([\w.-]+?)(?:-slim)? AS/.exec(dockerfile) ?? [
          '',
        ];
      expect(version).toBeTruthy();
      // The Dockerfile's, without what makes it slim: the checks need a compiler.
      expect(Parameters.TestImage).toContain(
        `:${version?.replace('-slim', '')}`,
      );
    },
  );
});
