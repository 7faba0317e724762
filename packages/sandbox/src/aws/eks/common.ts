import { AwsError } from '../errors';
import { Page, paginate } from '../pagination';
import { Call } from '../service';
import { EksCluster } from './state';

const CLUSTER_NAME = { pattern: /^[0-9A-Za-z][A-Za-z0-9_-]*$/, max: 100 };

export const invalidParameter = (field: string, constraint: string) =>
  new AwsError('InvalidParameterException', 400, `${field}: ${constraint}`);

export const notFound = (message: string) =>
  new AwsError('ResourceNotFoundException', 404, message);

export const inUse = (message: string) =>
  new AwsError('ResourceInUseException', 409, message);

export function arnOf(call: Call, resource: string): string {
  return `arn:aws:eks:${call.region}:${call.accountId}:${resource}`;
}

function clusterName({ input }: Call): string {
  // What is about the cluster itself calls it by its name alone.
  const field = input.takes('clusterName') ? 'clusterName' : 'name';
  return input.requiredText(field, CLUSTER_NAME);
}

/** ARN of the cluster that the call names; `resource` of most operations. */
export function namedCluster(call: Call): string {
  return arnOf(call, `cluster/${clusterName(call)}`);
}

/** The cluster that the call names. */
export function clusterOf(call: Call): EksCluster {
  const { clusters } = call.world.state;
  const arn = namedCluster(call);
  if (!Object.hasOwn(clusters, arn)) {
    throw notFound(`No cluster found for name: ${clusterName(call)}.`);
  }
  return clusters[arn];
}

/** The cluster, if the call names one that exists. */
export function findCluster(call: Call): EksCluster | undefined {
  const { clusters } = call.world.state;
  const arn = namedCluster(call);
  return Object.hasOwn(clusters, arn) ? clusters[arn] : undefined;
}

/**
 * ARN that a call on a part of a cluster needs a permission for. The ARN of a
 * part ends in an id; of one that does not exist nobody knows it.
 */
export function partArn(
  call: Call,
  kind: string,
  name: string,
  find: (cluster: EksCluster) => { arn: string } | undefined,
): string {
  const cluster = findCluster(call);
  const found = cluster && find(cluster);
  return found?.arn ?? arnOf(call, `${kind}/${clusterName(call)}/${name}/*`);
}

/** What policies may ask about the tags of the part that a call names. */
export function tagsOfPart(
  call: Call,
  find: (cluster: EksCluster) => { tags: Record<string, string> } | undefined,
): Record<string, string> {
  const cluster = findCluster(call);
  const tags = (cluster && find(cluster)?.tags) ?? {};
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [
      `aws:ResourceTag/${key}`,
      value,
    ]),
  );
}

/** A page of a list, in EKS's words. */
export function page<T>(
  call: Call,
  items: readonly T[],
  key: (item: T) => string,
): Page<T> {
  return paginate(items, key, {
    size: call.input.integer('maxResults', 1, 100) ?? 100,
    token: call.input.text('nextToken'),
    invalid: () => invalidParameter('nextToken', 'Invalid token'),
  });
}

/** A page of names. */
export function pageOfNames(call: Call, names: readonly string[]) {
  return page(call, names, name => name);
}

/** Own value of a record, or undefined. */
export function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Milliseconds to what REST JSON calls a timestamp. */
export const seconds = (milliseconds: number) => milliseconds / 1000;
