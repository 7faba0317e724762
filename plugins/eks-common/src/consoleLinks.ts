import type { Partition } from './arn';

/**
 * What links can be made for.
 *
 * @public
 */
export interface LinkSubject {
  partition: Partition;
  region: string;
  accountId: string;
  clusterName: string;
  namespace?: string;
  /** Name of a Deployment or the like. */
  workload?: string;
  /** Name of one pod: narrows the logs to it. */
  pod?: string;
  /**
   * Log group that holds what containers write.
   *
   * @defaultValue `/aws/containerinsights/<cluster>/application`
   */
  logGroup?: string;
  /** ECR repository, with its path. */
  ecrRepository?: string;
}

/**
 * The links that there are; each can be overridden. `containerInsights` is
 * the page that lists everything: it stays true if AWS changes the deeper
 * ones.
 *
 * @public
 */
export type LinkName =
  | 'containerInsights'
  | 'containerInsightsCluster'
  | 'containerInsightsNamespace'
  | 'containerInsightsWorkload'
  | 'logsInsights'
  | 'eksCluster'
  | 'ecrRepository';

/**
 * URL templates of the administrator. `{console}` (the console's origin for
 * the region), `{region}`, `{accountId}`, `{cluster}`, `{namespace}`,
 * `{workload}`, `{pod}`, `{logGroup}` and `{repository}` are filled in, each
 * URL-encoded. A template whose values are not all known gives no link.
 *
 * @public
 */
export type LinkTemplates = Partial<Record<LinkName, string>>;

/**
 * Links into the AWS console, `https:` only. A link is missing where its
 * subject is, or where a template gives no such URL.
 *
 * @public
 */
export type ConsoleLinks = Partial<Record<LinkName, string>>;

const consoleHosts: Record<Partition, string> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/**
 * Links to Container Insights, Logs Insights, EKS and ECR.
 *
 * AWS publishes no contract for the console's URLs. These are the forms that
 * public code agrees on; the page of Container Insights that lists everything
 * stands in where no deeper form is known, and every one can be overridden.
 *
 * @public
 */
export function consoleLinks(
  subject: LinkSubject,
  templates: LinkTemplates = {},
): ConsoleLinks {
  const links: ConsoleLinks = {};
  for (const name of linkNames) {
    const link = templates[name]
      ? fillIn(templates[name], subject)
      : known[name](subject);
    if (link && isHttps(link)) {
      links[name] = link;
    }
  }
  return links;
}

/** Origin of the console for a region of a partition. */
function origin({ partition, region }: LinkSubject): string {
  return partition === 'aws'
    ? `https://${region}.${consoleHosts.aws}`
    : `https://${consoleHosts[partition]}`;
}

const known: Record<LinkName, (subject: LinkSubject) => string | undefined> = {
  containerInsights: subject =>
    `${cloudWatch(subject)}#container-insights:infrastructure`,
  containerInsightsCluster: subject =>
    containerInsights(subject, 'EKS:Cluster', [
      ['EKS.cluster', subject.clusterName],
    ]),
  containerInsightsNamespace: subject =>
    subject.namespace === undefined
      ? undefined
      : containerInsights(subject, 'EKS:Namespace', [
          ['EKS.cluster', subject.clusterName],
          ['EKS.namespace', subject.namespace],
        ]),
  containerInsightsWorkload: subject =>
    subject.namespace === undefined || subject.workload === undefined
      ? undefined
      : containerInsights(subject, 'EKS:Service', [
          ['EKS.cluster', subject.clusterName],
          ['EKS.namespace', subject.namespace],
          ['EKS.service', subject.workload],
        ]),
  logsInsights: subject =>
    `${cloudWatch(subject)}#logsV2:logs-insights$3FqueryDetail$3D~(end~0~start~-3600~timeType~'RELATIVE~unit~'seconds~editorString~'${starEncode(
      logsQuery(subject),
    )}~source~(~'${starEncode(logGroupOf(subject))}))`,
  eksCluster: subject =>
    `${origin(subject)}/eks/home?region=${encode(
      subject.region,
    )}#/clusters/${encode(subject.clusterName)}`,
  ecrRepository: subject =>
    subject.ecrRepository === undefined
      ? undefined
      : `${origin(subject)}/ecr/repositories/private/${encode(
          subject.accountId,
        )}/${subject.ecrRepository
          .split('/')
          .map(encode)
          .join('/')}?region=${encode(subject.region)}`,
};

const linkNames = Object.keys(known) as LinkName[];

function containerInsights(
  subject: LinkSubject,
  view: string,
  controls: [key: string, value: string][],
): string {
  const filters = controls
    .map(([key, value]) => `CW*3a*3a${key}~(~'${starEncode(value)})`)
    .join('~');
  return `${cloudWatch(
    subject,
  )}#container-insights:performance/${view}?~(query~(controls~(${filters})))`;
}

const cloudWatch = (subject: LinkSubject) =>
  `${origin(subject)}/cloudwatch/home?region=${encode(subject.region)}`;

const logGroupOf = ({ logGroup, clusterName }: LinkSubject) =>
  logGroup ?? `/aws/containerinsights/${clusterName}/application`;

/** What the pods of the workload wrote, newest first. */
function logsQuery({ namespace, workload, pod }: LinkSubject): string {
  return [
    'fields @timestamp, kubernetes.pod_name, log',
    ...(namespace
      ? [`filter kubernetes.namespace_name = ${JSON.stringify(namespace)}`]
      : []),
    ...(pod ? [`filter kubernetes.pod_name = ${JSON.stringify(pod)}`] : []),
    ...(workload && !pod
      ? [`filter kubernetes.pod_name like ${JSON.stringify(`${workload}-`)}`]
      : []),
    'sort @timestamp desc',
    'limit 200',
  ].join('\n| ');
}

/**
 * The console's own escape inside `~(…)`: `*` and the byte in hexadecimal. In
 * its fragment the console further writes `$3F` and `$3D` for `?` and `=`.
 */
function starEncode(text: string): string {
  return [...new TextEncoder().encode(text)]
    .map(byte => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9._-]/.test(character)
        ? character
        : `*${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

function fillIn(template: string, subject: LinkSubject): string | undefined {
  const values: Record<string, string | undefined> = {
    console: origin(subject),
    region: subject.region,
    accountId: subject.accountId,
    cluster: subject.clusterName,
    namespace: subject.namespace,
    workload: subject.workload,
    pod: subject.pod,
    logGroup: logGroupOf(subject),
    repository: subject.ecrRepository,
  };
  let complete = true;
  const url = template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) {
      complete = complete && !(name in values);
      return whole;
    }
    return name === 'console' ? value : encode(value);
  });
  return complete ? url : undefined;
}

/** Half a character, which JSON can hold, has no encoding. */
function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\uFFFD'));
}

function isHttps(link: string): boolean {
  try {
    return new URL(link).protocol === 'https:';
  } catch {
    return false;
  }
}
