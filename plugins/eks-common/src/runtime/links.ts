import type { Entity } from '@backstage/catalog-model';
import { ANNOTATION_SOURCE_LOCATION } from '@backstage/catalog-model';
import { ECR_ARN_ANNOTATION } from '../annotations';
import { parseEcrRepositoryArn } from '../arn';
import {
  consoleLinks,
  type LinkName,
  type LinkTemplates,
} from '../consoleLinks';
import type { ClusterRuntime, Pod } from './types';

/** Where each git host shows the runs of a repository that an annotation names. */
const PIPELINES = [
  {
    annotation: 'github.com/project-slug',
    slug: /^[\w.-]+\/[\w.-]+$/,
    origin: 'https://github.com',
    runs: 'actions',
  },
  {
    annotation: 'gitlab.com/project-slug',
    // Groups have groups.
    slug: /^[\w.-]+(\/[\w.-]+)+$/,
    origin: 'https://gitlab.com',
    runs: '-/pipelines',
  },
];

/**
 * A place to look further.
 *
 * @public
 */
export interface LookFurther {
  name: LinkName;
  href: string;
  /** The workload it is about, if it is about one. */
  workload?: string;
}

/**
 * Where to look further in the AWS console, for the cluster, each of its
 * namespaces with the entity's objects, and each workload.
 *
 * @public
 */
export function linksOf(
  cluster: ClusterRuntime,
  entity: Entity,
  templates: LinkTemplates,
): LookFurther[] {
  if (!cluster.place) {
    return [];
  }
  const subject = { ...cluster.place, clusterName: cluster.title };
  const pick = (
    links: ReturnType<typeof consoleLinks>,
    names: LinkName[],
    workload?: string,
  ) =>
    names.flatMap(name => {
      const href = links[name];
      return href ? [{ name, href, ...(workload && { workload }) }] : [];
    });

  const ecr = ecrRepositoryOf(entity);
  return [
    ...cluster.workloads.flatMap(({ namespace, name }) =>
      pick(
        consoleLinks({ ...subject, namespace, workload: name }, templates),
        ['containerInsightsWorkload', 'logsInsights'],
        name,
      ),
    ),
    ...cluster.namespaces.flatMap(namespace =>
      pick(consoleLinks({ ...subject, namespace }, templates), [
        'containerInsightsNamespace',
        ...(cluster.workloads.length === 0 ? ['logsInsights' as const] : []),
      ]),
    ),
    ...pick(consoleLinks(subject, templates), [
      'containerInsightsCluster',
      'containerInsights',
      'eksCluster',
    ]),
    ...(ecr
      ? pick(
          consoleLinks(
            {
              ...subject,
              region: ecr.region,
              accountId: ecr.accountId,
              partition: ecr.partition,
              ecrRepository: ecr.name,
            },
            templates,
          ),
          ['ecrRepository'],
        )
      : []),
  ];
}

/**
 * The logs of one pod.
 *
 * @public
 */
export function podLogsLink(
  pod: Pod,
  clusters: ClusterRuntime[],
  templates: LinkTemplates,
): string | undefined {
  const cluster = clusters.find(({ name }) => name === pod.cluster);
  return (
    cluster?.place &&
    consoleLinks(
      {
        ...cluster.place,
        clusterName: cluster.title,
        namespace: pod.namespace,
        pod: pod.name,
      },
      templates,
    ).logsInsights
  );
}

function ecrRepositoryOf(entity: Entity) {
  const arn = entity.metadata.annotations?.[ECR_ARN_ANNOTATION];
  try {
    return arn ? parseEcrRepositoryArn(arn) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The runs of the repository's pipeline, GitHub's or GitLab's, on the host that
 * the entity's source is on.
 *
 * @public
 */
export function pipelineLink(entity: Entity): string | undefined {
  const annotations = entity.metadata.annotations ?? {};
  const host = PIPELINES.find(({ annotation }) => annotations[annotation]);
  const slug = host && annotations[host.annotation];
  if (!slug || !host.slug.test(slug)) {
    return undefined;
  }
  const source = annotations[ANNOTATION_SOURCE_LOCATION]?.replace(/^url:/, '');
  const origin = source ? originOf(source) : host.origin;
  return origin && `${origin}/${slug}/${host.runs}`;
}

function originOf(location: string): string | undefined {
  try {
    const { protocol, origin } = new URL(location);
    return protocol === 'https:' || protocol === 'http:' ? origin : undefined;
  } catch {
    return undefined;
  }
}
