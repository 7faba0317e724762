/* eslint-disable no-script-url -- that such links are refused is what is tested */

import { consoleLinks, type LinkSubject } from './consoleLinks';

const subject: LinkSubject = {
  partition: 'aws',
  region: 'eu-west-1',
  accountId: '111122223333',
  clusterName: 'prod-eu',
};
const whole: LinkSubject = {
  ...subject,
  namespace: 'orders',
  workload: 'orders',
  ecrRepository: 'team/orders',
};
const console = 'https://eu-west-1.console.aws.amazon.com';

it('links to each part that it is told about', () => {
  expect(consoleLinks(whole)).toEqual({
    containerInsights: `${console}/cloudwatch/home?region=eu-west-1#container-insights:infrastructure`,
    containerInsightsCluster: `${console}/cloudwatch/home?region=eu-west-1#container-insights:performance/EKS:Cluster?~(query~(controls~(CW*3a*3aEKS.cluster~(~'prod-eu))))`,
    containerInsightsNamespace: `${console}/cloudwatch/home?region=eu-west-1#container-insights:performance/EKS:Namespace?~(query~(controls~(CW*3a*3aEKS.cluster~(~'prod-eu)~CW*3a*3aEKS.namespace~(~'orders))))`,
    containerInsightsWorkload: `${console}/cloudwatch/home?region=eu-west-1#container-insights:performance/EKS:Service?~(query~(controls~(CW*3a*3aEKS.cluster~(~'prod-eu)~CW*3a*3aEKS.namespace~(~'orders)~CW*3a*3aEKS.service~(~'orders))))`,
    logsInsights: expect.any(String),
    eksCluster: `${console}/eks/home?region=eu-west-1#/clusters/prod-eu`,
    ecrRepository: `${console}/ecr/repositories/private/111122223333/team/orders?region=eu-west-1`,
  });
});

it('leaves out links without a subject', () => {
  expect(Object.keys(consoleLinks(subject))).toEqual([
    'containerInsights',
    'containerInsightsCluster',
    'logsInsights',
    'eksCluster',
  ]);
});

it.each([
  ['aws', 'us-east-1', 'https://us-east-1.console.aws.amazon.com/'],
  ['aws-cn', 'cn-north-1', 'https://console.amazonaws.cn/'],
  ['aws-us-gov', 'us-gov-west-1', 'https://console.amazonaws-us-gov.com/'],
] as const)('knows the console of %s', (partition, region, origin) => {
  for (const link of Object.values(
    consoleLinks({ ...whole, partition, region }),
  )) {
    expect(link).toMatch(new RegExp(`^${origin.replaceAll('.', '\\.')}`));
    expect(link).toContain(`region=${region}`);
  }
});

describe('Logs Insights', () => {
  /** The query and log group that the console reads out of a link. */
  const readBack = (link = '') => {
    const match =
      /#logsV2:logs-insights\$3FqueryDetail\$3D~\(end~0~start~-3600~timeType~'RELATIVE~unit~'seconds~editorString~'([^~]+)~source~\(~'([^)]+)\)\)$/.exec(
        link,
      );
    const decode = (text = '') => decodeURIComponent(text.replaceAll('*', '%'));
    return { query: decode(match?.[1]), logGroup: decode(match?.[2]) };
  };

  it('asks the cluster’s application log for the workload’s pods', () => {
    expect(readBack(consoleLinks(whole).logsInsights)).toEqual({
      logGroup: '/aws/containerinsights/prod-eu/application',
      query: [
        'fields @timestamp, kubernetes.pod_name, log',
        '| filter kubernetes.namespace_name = "orders"',
        '| filter kubernetes.pod_name like "orders-"',
        '| sort @timestamp desc',
        '| limit 200',
      ].join('\n'),
    });
  });

  it('asks for one pod', () => {
    expect(
      readBack(consoleLinks({ ...whole, pod: 'orders-7d9f-x2k' }).logsInsights)
        .query,
    ).toContain('| filter kubernetes.pod_name = "orders-7d9f-x2k"\n');
  });

  it('asks another log group', () => {
    expect(
      readBack(consoleLinks({ ...whole, logGroup: '/team/app' }).logsInsights)
        .logGroup,
    ).toBe('/team/app');
  });

  it('keeps what a name holds inside its quotes', () => {
    const workload = `x" | filter 1=1 ~(')) é`;
    const link = consoleLinks({ ...whole, workload }).logsInsights;
    expect(readBack(link).query).toContain(
      '| filter kubernetes.pod_name like "x\\" | filter 1=1 ~(\')) é-"\n',
    );
  });
});

describe('templates', () => {
  const eksCluster = (template: string, given: LinkSubject = whole) =>
    consoleLinks(given, { eksCluster: template }).eksCluster;

  it('are filled in, URL-encoded', () => {
    expect(
      eksCluster(
        'https://portal.example.com/#/console?account_id={accountId}&destination={console}%2Feks%2F{cluster}&ns={namespace}',
        { ...whole, namespace: 'a/b' },
      ),
    ).toBe(
      'https://portal.example.com/#/console?account_id=111122223333&destination=https://eu-west-1.console.aws.amazon.com%2Feks%2Fprod-eu&ns=a%2Fb',
    );
  });

  it.each([
    ['javascript:alert(1)//{cluster}'],
    ['http://console.example.com/{cluster}'],
    ['{cluster}'],
    ['data:text/html,{cluster}'],
  ])('give no link that is not https: %s', template => {
    expect(
      eksCluster(template, { ...whole, clusterName: 'javascript:alert(1)' }),
    ).toBeUndefined();
  });

  it('give no link while a value is missing', () => {
    expect(
      eksCluster('https://example.com/{namespace}', subject),
    ).toBeUndefined();
  });

  it('leave the other links as they are', () => {
    expect(
      consoleLinks(whole, { eksCluster: 'https://example.com/' }).ecrRepository,
    ).toBe(consoleLinks(whole).ecrRepository);
  });
});

it('are there for names that no text can hold', () => {
  // JSON can hold halves of characters.
  const links = consoleLinks({ ...whole, clusterName: 'prod\uD800' });
  expect(links.eksCluster).toMatch(/clusters\/prod%EF%BF%BD$/);
});
