import { ConfigReader } from '@backstage/config';
import type { EksClusterFacts } from '@slipway/backstage-plugin-eks-common';
import { readAllowList } from '../resources/kubernetes/allowList';
import type { EksClusters } from '../types';
import { placeApplication } from './placement';
import { readArgoCdSettings } from './settings';

const arnOf = (name: string) =>
  `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`;

const discovery = {
  accounts: [{ accountId: '111122223333', regions: ['eu-west-1'] }],
};
const configOf = (argoCd?: object, apply?: object) =>
  new ConfigReader({
    eks: { discovery, ...(argoCd && { argoCd }), ...(apply && { apply }) },
  });

describe('readArgoCdSettings', () => {
  it('is where Argo CD is by default', () => {
    expect(readArgoCdSettings(configOf())).toEqual({
      namespace: 'argocd',
      project: 'default',
    });
  });

  it('reads one Argo CD for several clusters', () => {
    expect(
      readArgoCdSettings(
        configOf({
          namespace: 'gitops',
          project: 'services',
          central: {
            clusterArn: arnOf('hub'),
            destinations: [
              { clusterArn: arnOf('a'), server: 'https://a.example.com' },
              { clusterArn: arnOf('b'), name: 'b' },
            ],
          },
        }),
      ),
    ).toEqual({
      namespace: 'gitops',
      project: 'services',
      central: {
        clusterArn: arnOf('hub'),
        destinations: [
          {
            clusterArn: arnOf('a'),
            destination: { server: 'https://a.example.com' },
          },
          { clusterArn: arnOf('b'), destination: { name: 'b' } },
        ],
      },
    });
  });

  it.each([
    [{ namespace: 'Argo CD' }, /eks\.argoCd\.namespace: `Argo CD`/],
    [{ project: 'a: b' }, /eks\.argoCd\.project: `a: b`/],
    [{ central: { clusterArn: 'hub' } }, /eks\.argoCd\.central\.clusterArn: /],
    [
      {
        central: {
          clusterArn: arnOf('hub'),
          destinations: [{ clusterArn: arnOf('a') }],
        },
      },
      /destinations\[0\]: give either `server` or `name`/,
    ],
  ])('refuses %j', (argoCd, message) => {
    expect(() => readArgoCdSettings(configOf(argoCd))).toThrow(message);
  });
});

describe('placeApplication', () => {
  const factsOf = (name: string, argoCd: EksClusterFacts['argoCd']) =>
    ({ arn: arnOf(name), name, argoCd }) as EksClusterFacts;

  function place(
    target: EksClusterFacts,
    config = configOf(),
    others: EksClusterFacts[] = [],
  ) {
    const describe = async (arn: string) => {
      const found = others.find(other => other.arn === arn);
      if (!found) {
        throw new Error(`no cluster ${arn}`);
      }
      return found;
    };
    return placeApplication(target, {
      clusters: { describe } as EksClusters,
      settings: readArgoCdSettings(config),
      allowList: readAllowList(config),
    });
  }

  it('is the cluster itself, where it has Argo CD', async () => {
    expect(await place(factsOf('prod', 'served'))).toEqual({
      clusterArn: arnOf('prod'),
      namespace: 'argocd',
      project: 'default',
      destination: { server: 'https://kubernetes.default.svc' },
    });
  });

  it.each([
    ['none', /does not serve the Applications/],
    ['unknown', /is not known/],
  ] as const)('is nowhere when that is %s', async (argoCd, message) => {
    const { problem } = await place(factsOf('prod', argoCd));
    expect(problem).toEqual({
      message: expect.stringMatching(message),
      remedy: expect.stringContaining(
        'apply deploy/argocd/<environment>/application.yaml',
      ),
    });
  });

  const central = configOf({
    central: {
      clusterArn: arnOf('hub'),
      destinations: [{ clusterArn: arnOf('prod'), name: 'prod' }],
    },
  });

  it('is the cluster that delivers to several', async () => {
    expect(
      await place(factsOf('prod', 'none'), central, [factsOf('hub', 'served')]),
    ).toEqual({
      clusterArn: arnOf('hub'),
      namespace: 'argocd',
      project: 'default',
      destination: { name: 'prod' },
    });
  });

  it('says that such a cluster does not know one, or is not to be had', async () => {
    expect(
      (await place(factsOf('other', 'none'), central)).problem?.remedy,
    ).toContain('eks.argoCd.central.destinations');
    expect(
      (await place(factsOf('prod', 'none'), central)).problem?.message,
    ).toContain(`no cluster ${arnOf('hub')}`);
  });

  it('is nowhere when templates may not apply its kind', async () => {
    const { problem } = await place(
      factsOf('prod', 'served'),
      configOf(undefined, { allowedKinds: ['Namespace'] }),
    );
    expect(problem?.message).toContain('eks.apply.allowedKinds');
  });
});
