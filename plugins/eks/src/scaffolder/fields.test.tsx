import { configApiRef, type ConfigApi } from '@backstage/core-plugin-api';
import { ConfigReader } from '@backstage/core-app-api';
import {
  ScmIntegrationsApi,
  scmIntegrationsApiRef,
} from '@backstage/integration-react';
import {
  scaffolderApiRef,
  type ScaffolderApi,
} from '@backstage/plugin-scaffolder-react';
import type { FieldValidation } from '@rjsf/utils';
import { TestApiProvider, TestApiRegistry } from '@backstage/test-utils';
import { renderInTestApp } from '@backstage/test-utils';
import type {
  ClustersResponse,
  ClusterSummary,
  NameAvailability,
  PreflightLine,
} from '@slipway/backstage-plugin-eks-common';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState, type ComponentType } from 'react';
import { eksApiRef, type EksApi } from '../api/EksApi';
import {
  serviceName,
  targetPicker,
  scaling,
  review,
  decommission,
  repository,
} from './fields';

const prodEu: ClusterSummary = {
  arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
  name: 'prod-eu',
  accountId: '111122223333',
  region: 'eu-west-1',
  partition: 'aws',
  status: 'ACTIVE',
  version: '1.35',
  reachable: true,
  computeKinds: ['auto-mode'],
  fargateProfiles: [],
  addons: [],
  loadBalancer: { kind: 'auto-mode', ingressClassName: 'alb' },
  metrics: 'metrics-server',
  argoCd: 'served',
  containerInsights: 'otel',
  problems: [],
};
const legacy: ClusterSummary = {
  ...prodEu,
  arn: 'arn:aws:eks:us-east-1:444455556666:cluster/legacy-us',
  name: 'legacy-us',
  loadBalancer: { kind: 'none' },
  problems: ['Cluster legacy-us has no load balancer controller.'],
};

const free: NameAvailability = {
  name: 'orders',
  catalog: 'free',
  repository: 'free',
  registry: 'free',
  reasons: [],
};

function fakeApi(options: {
  name?: NameAvailability | Error;
  clusters?: ClustersResponse | Error;
  report?: (parameters: object) => Promise<PreflightLine[]>;
}): Pick<EksApi, 'checkName' | 'listClusters' | 'preflight'> {
  const answer = async <T,>(value: T | Error): Promise<T> => {
    if (value instanceof Error) {
      throw value;
    }
    return value;
  };
  return {
    checkName: () => answer(options.name ?? free),
    listClusters: () =>
      answer(options.clusters ?? { items: [legacy, prodEu], failures: [] }),
    preflight: async parameters => ({
      report: (await options.report?.(parameters)) ?? [],
    }),
  };
}

const config: ConfigApi = new ConfigReader({
  eks: {
    create: {
      repository: { host: 'github.com', owner: 'acme' },
      gitlab: { host: 'gitlab.com', owner: 'acme/shop' },
    },
  },
  integrations: {
    github: [{ host: 'github.com' }],
    gitlab: [{ host: 'gitlab.com' }],
  },
});
const integrations = ScmIntegrationsApi.fromConfig(config);

/** A field as the scaffolder's form holds it; `onValue` sees every change. */
async function renderField<T>(
  field: { component: unknown },
  options: {
    api?: ReturnType<typeof fakeApi>;
    scaffolder?: Partial<ScaffolderApi>;
    value?: T;
    form?: object;
    errors?: string[];
    onValue?: (value: T) => void;
    registry?: object;
  } = {},
) {
  // The rest of what a form passes is not used by these fields.
  const Field = field.component as ComponentType<{
    formData?: T;
    onChange(value: T): void;
    formContext: object;
    rawErrors?: string[];
    schema: object;
    uiSchema: object;
    registry: object;
    required: boolean;
  }>;
  const Form = () => {
    const [value, setValue] = useState(options.value);
    return (
      <TestApiProvider
        apis={[
          [eksApiRef, options.api ?? fakeApi({})],
          [configApiRef, config],
          [scmIntegrationsApiRef, integrations],
          [scaffolderApiRef, options.scaffolder ?? {}],
        ]}
      >
        <Field
          formData={value}
          onChange={next => {
            setValue(next);
            options.onValue?.(next);
          }}
          formContext={{ formData: options.form ?? {} }}
          rawErrors={options.errors}
          schema={{}}
          uiSchema={{}}
          registry={{ fields: options.registry }}
          required
        />
      </TestApiProvider>
    );
  };
  await renderInTestApp(<Form />);
}

describe('EksServiceName', () => {
  const type = async (text: string) =>
    userEvent.type(screen.getByRole('textbox', { name: /Name/ }), text);

  it('says that a name is free', async () => {
    await renderField(serviceName);
    await type('orders');
    expect(await screen.findByText(/The name is free/)).toBeInTheDocument();
  });

  it.each([
    ['Orders', /upper-case/],
    ['a..b', /lower-case letters, digits and hyphens/],
    ['o'.repeat(41), /2 to 40 characters, not 41/],
  ])('refuses %s', async (name, sentence) => {
    await renderField(serviceName);
    await type(name);
    expect(screen.getByText(sentence)).toBeInTheDocument();
  });

  it('says who has a name already', async () => {
    await renderField(serviceName, {
      api: fakeApi({
        name: { ...free, catalog: 'taken', reasons: ['The catalog has it.'] },
      }),
    });
    await type('orders');
    expect(await screen.findByText('The catalog has it.')).toBeInTheDocument();
  });

  it('says when nobody could be asked', async () => {
    await renderField(serviceName, {
      api: fakeApi({ name: new Error('no network') }),
    });
    await type('orders');
    expect(await screen.findByText(/no network/)).toBeInTheDocument();
  });
});

describe('EksTargetPicker', () => {
  it('starts with one environment in a namespace of the name', async () => {
    const onValue = jest.fn();
    await renderField(targetPicker, {
      value: [{}],
      form: { name: 'orders' },
      onValue,
    });
    await waitFor(() =>
      expect(onValue).toHaveBeenCalledWith([
        { environment: 'production', clusterArn: '', namespace: 'orders' },
      ]),
    );
  });

  it('offers what works, and says why the rest does not', async () => {
    const onValue = jest.fn();
    await renderField(targetPicker, { form: { name: 'orders' }, onValue });
    const usable = await screen.findByRole('radio', { name: /^prod-eu/ });
    expect(screen.getByRole('radio', { name: /^legacy-us/ })).toBeDisabled();
    expect(
      screen.getByText('Cluster legacy-us has no load balancer controller.'),
    ).toBeInTheDocument();
    await userEvent.click(usable);
    expect(onValue).toHaveBeenLastCalledWith([
      expect.objectContaining({ clusterArn: prodEu.arn }),
    ]);
  });

  it('adds a second environment', async () => {
    const onValue = jest.fn();
    await renderField(targetPicker, { form: { name: 'orders' }, onValue });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Add an environment' }),
    );
    expect(onValue).toHaveBeenLastCalledWith([
      expect.objectContaining({ environment: 'production' }),
      expect.objectContaining({ environment: 'staging', namespace: 'orders' }),
    ]);
  });

  it('refuses a reserved namespace', async () => {
    await renderField(targetPicker, {
      value: [
        { environment: 'production', clusterArn: '', namespace: 'kube-system' },
      ],
    });
    expect(await screen.findByText(/is reserved/)).toBeInTheDocument();
  });

  it('lists the accounts that hide their clusters', async () => {
    await renderField(targetPicker, {
      api: fakeApi({
        clusters: {
          items: [prodEu],
          failures: [
            {
              accountId: '444455556666',
              region: 'us-east-1',
              message: 'denied.',
            },
          ],
        },
      }),
    });
    expect(
      await screen.findByText(
        /444455556666, us-east-1 could not be asked.*denied/,
      ),
    ).toBeInTheDocument();
  });

  it('says when there is nothing to choose, and when nothing could be asked', async () => {
    await renderField(targetPicker, {
      api: fakeApi({ clusters: { items: [], failures: [] } }),
    });
    expect(
      await screen.findByText(/There is no cluster to choose/),
    ).toBeInTheDocument();
  });
});

describe('EksScaling', () => {
  it('says what is wrong with the bounds', async () => {
    await renderField(scaling, {
      value: { minReplicas: 5, maxReplicas: 3, targetCpuUtilization: 70 },
    });
    expect(
      screen.getByText(/5 is above scaling.maxReplicas/),
    ).toBeInTheDocument();
  });
});

describe('EksRepository', () => {
  /** The scaffolder's own picker, as far as these fields give it anything. */
  const RepoUrlPicker = (props: {
    formData?: string;
    uiSchema: { 'ui:options'?: { allowedHosts?: string[] } };
  }) => (
    <output>
      {`${props.formData} of ${props.uiSchema['ui:options']?.allowedHosts}`}
    </output>
  );
  const show = (form: object, value?: string) =>
    renderField(repository, { form, value, registry: { RepoUrlPicker } });

  it('proposes the host that the pipeline runs on', async () => {
    await show({ name: 'orders', pipeline: 'gitlab-ci' });
    expect(screen.getByRole('status')).toHaveTextContent(
      'gitlab.com?owner=acme%2Fshop&repo=orders of gitlab.com',
    );
  });

  it('proposes anew when the pipeline runs elsewhere', async () => {
    await show(
      { name: 'orders', pipeline: 'github-actions' },
      'gitlab.com?owner=acme&repo=orders',
    );
    expect(screen.getByRole('status')).toHaveTextContent(
      'github.com?owner=acme&repo=orders of github.com',
    );
  });

  it('keeps what somebody chose, and lets CodePipeline choose between both', async () => {
    await show(
      { name: 'orders', pipeline: 'codepipeline' },
      'gitlab.com?owner=mine&repo=orders',
    );
    expect(screen.getByRole('status')).toHaveTextContent(
      'gitlab.com?owner=mine&repo=orders of github.com,gitlab.com',
    );
  });

  it.each([
    [
      'github-actions',
      'gitlab.com',
      /on GitHub alone, and gitlab\.com is GitLab/,
    ],
    ['gitlab-ci', 'github.com', /on GitLab alone, and github\.com is GitHub/],
  ])('does not go on with %s on %s', async (pipeline, host, says) => {
    const addError = jest.fn();
    await repository.validation(
      `${host}?owner=acme&repo=orders`,
      { addError } as unknown as FieldValidation,
      {
        apiHolder: TestApiRegistry.from([scmIntegrationsApiRef, integrations]),
        formData: { pipeline },
        schema: {},
      },
    );
    expect(addError).toHaveBeenCalledTimes(1);
    expect(addError).toHaveBeenCalledWith(expect.stringMatching(says));
  });
});

describe('EksReview', () => {
  const form = {
    name: 'orders',
    owner: 'group:default/payments',
    repoUrl: 'github.com?owner=acme&repo=orders',
    exposure: 'public',
    targets: [
      {
        environment: 'production',
        clusterArn: prodEu.arn,
        namespace: 'orders',
      },
    ],
  };

  const passed = (check: PreflightLine['check']): PreflightLine => ({
    check,
    status: 'passed',
    message: `${check} is fine`,
  });
  const quota: PreflightLine = {
    check: 'quota',
    status: 'warning',
    environment: 'production',
    message: 'ResourceQuota `team` leaves pods for 6 of at most 10 pods',
    remedy: 'ask for fewer pods',
  };
  const taken: PreflightLine = {
    check: 'catalog',
    status: 'failed',
    field: 'name',
    message: '`orders` is taken',
    remedy: 'choose another name',
  };

  it('asks about what was entered, and lists what will be made', async () => {
    const report = jest.fn(async () => [passed('cluster')]);
    await renderField(review, { form, api: fakeApi({ report }) });

    expect(await screen.findByText('1 passed')).toBeInTheDocument();
    expect(report).toHaveBeenCalledWith(form);
    expect(screen.getByText('github.com/acme/orders')).toBeInTheDocument();
    expect(screen.getByText('prod-eu / orders')).toBeInTheDocument();
    expect(
      screen.getByText('111122223333 / orders-pipeline'),
    ).toBeInTheDocument();
  });

  it('lists no role where CodePipeline brings its own', async () => {
    await renderField(review, {
      form: { ...form, pipeline: 'codepipeline' },
      api: fakeApi({ report: async () => [passed('cluster')] }),
    });

    expect(await screen.findByText('1 passed')).toBeInTheDocument();
    expect(screen.getByText('prod-eu / orders')).toBeInTheDocument();
    expect(screen.queryByText(/orders-pipeline/)).toBeNull();
  });

  it('puts what is to be solved first, with what to do', async () => {
    await renderField(review, {
      form,
      api: fakeApi({
        report: async () => [passed('cluster'), quota, taken],
      }),
    });

    expect(await screen.findByText('1 to solve')).toBeInTheDocument();
    expect(screen.getByText('1 to know')).toBeInTheDocument();
    expect(
      screen.getByText(/task would fail on what is to be solved/),
    ).toBeInTheDocument();
    const [first, second, third] = screen.getAllByRole('listitem');
    expect(first).toHaveTextContent(
      /To solve:Catalogorders is taken→ Choose another name$/,
    );
    expect(second).toHaveTextContent(
      /To know:Quota · productionResourceQuota team leaves .*→ Ask for fewer pods$/,
    );
    expect(third).toHaveTextContent(/Passed:ClusterCluster is fine$/);
    expect(screen.getByText('team').tagName).toBe('CODE');
  });

  it('keeps most of what passed until somebody asks', async () => {
    const checks = [
      'name',
      'catalog',
      'image-repository',
      'cluster',
      'compute',
      'namespace',
      'metrics',
    ] as const;
    await renderField(review, {
      form,
      api: fakeApi({ report: async () => [...checks.map(passed), quota] }),
    });

    expect(await screen.findAllByRole('listitem')).toHaveLength(6);
    expect(screen.queryByText('Metrics is fine')).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Show 2 more' }));
    expect(screen.getAllByRole('listitem')).toHaveLength(8);
    expect(screen.getByText('Metrics is fine')).toBeInTheDocument();
  });

  it('says that it is checking, and checks again when asked', async () => {
    let answer: (lines: PreflightLine[]) => void = () => {};
    const report = jest.fn(
      () =>
        new Promise<PreflightLine[]>(resolve => {
          answer = resolve;
        }),
    );
    await renderField(review, { form, api: fakeApi({ report }) });

    expect(
      screen.getByRole('status', { name: 'Checking …' }),
    ).toBeInTheDocument();
    await waitFor(() => expect(report).toHaveBeenCalledTimes(1));
    answer([taken]);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Check again' }),
    );
    await waitFor(() => expect(report).toHaveBeenCalledTimes(2));
    answer([passed('catalog')]);
    expect(await screen.findByText('1 passed')).toBeInTheDocument();
    expect(screen.queryByText('1 to solve')).not.toBeInTheDocument();
  });

  it('says why it could not check, and tries again', async () => {
    const report = jest
      .fn<Promise<PreflightLine[]>, []>()
      .mockRejectedValueOnce(new Error('ask for eks.preflight.read'))
      .mockResolvedValueOnce([passed('catalog')]);
    await renderField(review, { form, api: fakeApi({ report }) });

    expect(
      await screen.findByText(/could not be run: ask for eks.preflight.read/),
    ).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Check again' }));
    expect(await screen.findByText('1 passed')).toBeInTheDocument();
  });
});

describe('EksDecommission', () => {
  const form = {
    service: 'component:default/orders',
    images: 'delete',
    repository: 'archive',
  };
  const dryRun = jest.fn<
    ReturnType<ScaffolderApi['dryRun']>,
    Parameters<ScaffolderApi['dryRun']>
  >();
  const registry = 'registry 111122223333 eu-west-1';

  beforeEach(() => {
    dryRun.mockReset().mockResolvedValue({
      directoryContents: [],
      log: [],
      steps: [],
      output: {
        removed: [
          { kind: 'namespace', name: 'orders', where: 'prod-eu' },
          {
            kind: 'image repository',
            name: 'orders',
            where: registry,
            detail: 'with 12 images',
          },
        ],
        archived: [
          { kind: 'git repository', name: 'acme/orders', where: 'github.com' },
        ],
        left: [
          {
            kind: 'role',
            name: 'orders-pipeline',
            where: 'account 111122223333',
            reason: 'it belongs to nobody',
            remains: false,
          },
        ],
      },
    });
  });

  it('shows what goes, what is archived and what stays', async () => {
    await renderField(decommission, { scaffolder: { dryRun }, form });

    const row = async (text: RegExp) =>
      (await screen.findByText(text)).closest('tr');
    expect(await row(/with 12 images/)).toHaveTextContent(
      `Goesimage repository orders${registry} · with 12 images`,
    );
    expect(await row(/acme\/orders/)).toHaveTextContent(/^Is archived/);
    expect(await row(/belongs to nobody/)).toHaveTextContent(/^Stays/);
    expect(dryRun).toHaveBeenCalledTimes(1);
    expect(dryRun.mock.calls[0][0].values).toEqual(form);
  });

  it('says that it was refused, where nobody says why', async () => {
    dryRun.mockRejectedValue(
      new Error('Request failed with 403 Forbidden', { cause: new Error('') }),
    );
    await renderField(decommission, { scaffolder: { dryRun }, form });

    expect(
      await screen.findByText(/found out: Request failed with 403 Forbidden/),
    ).toBeInTheDocument();
  });

  it('says why it cannot tell, and lets the name be typed', async () => {
    dryRun.mockRejectedValue(
      new Error('Request failed with 403 Forbidden', {
        cause: new Error('component:default/orders belongs to group:x'),
      }),
    );
    let typed = '';
    await renderField(decommission, {
      scaffolder: { dryRun },
      form,
      onValue: (value: string) => {
        typed = value;
      },
    });

    expect(
      await screen.findByText(/component:default\/orders belongs to group:x/),
    ).toBeInTheDocument();
    await userEvent.type(
      screen.getByRole('textbox', { name: /Name of the service/ }),
      'orders',
    );
    expect(typed).toBe('orders');
  });

  it.each([
    ['orders', []],
    ['Orders', ['Type orders to remove it.']],
    ['', ['Type orders to remove it.']],
  ])('takes %j for a confirmation or not', (typed, errors) => {
    const addError = jest.fn();
    decommission.validation(
      typed,
      { __errors: [], addError },
      { apiHolder: { get: () => undefined }, formData: form, schema: {} },
    );

    expect(addError.mock.calls.flat()).toEqual(errors);
  });
});
