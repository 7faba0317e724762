import type { Config } from '@backstage/config';
import {
  partitionOfRegion,
  validateNamespace,
} from '@slipway/backstage-plugin-eks-common';
import type { FieldProblem } from '@slipway/backstage-plugin-eks-node/resources';
import { readClusterArn } from '../resources/clusterTarget';
import { explainRegion } from '../resources/ecr/registryAddress';
import { ruleProblems } from '../resources/rules';
import type { DescribeInput } from './fields';

/**
 * Reads which cluster is meant: by its ARN, or by name, account and region.
 *
 * @returns its ARN, and what is wrong with the fields
 * @public
 */
export function chooseCluster(
  input: DescribeInput,
  config: Config,
): { arn: string; problems: FieldProblem[] } {
  const { arn, problems } = clusterArnOf(input, config);
  return {
    arn,
    problems: [
      ...problems,
      ...(input.namespace === undefined
        ? []
        : ruleProblems(validateNamespace(input.namespace))),
    ],
  };
}

function clusterArnOf(
  input: DescribeInput,
  config: Config,
): { arn: string; problems: FieldProblem[] } {
  const { clusterArn, clusterName, accountId, region } = input;
  if (clusterArn !== undefined) {
    const problems: FieldProblem[] = [];
    for (const [field, value] of Object.entries({
      clusterName,
      accountId,
      region,
    })) {
      if (value !== undefined) {
        problems.push({
          field,
          message: '`clusterArn` says this already; give one or the other',
        });
      }
    }
    const { problem } = readClusterArn(clusterArn, config);
    if (problem !== undefined) {
      problems.push({ field: 'clusterArn', message: problem });
    }
    return { arn: clusterArn, problems };
  }
  const problems: FieldProblem[] = [];
  if (
    clusterName === undefined &&
    accountId === undefined &&
    region === undefined
  ) {
    problems.push({
      field: 'clusterArn',
      message:
        'name the cluster, by this or by `clusterName`, `accountId` and `region`',
    });
  } else {
    if (!clusterName || !/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/.test(clusterName)) {
      problems.push({
        field: 'clusterName',
        message:
          'a cluster is named by 1 to 100 letters, digits, `-` and `_`, the first a letter or digit',
      });
    }
    if (!accountId || !/^\d{12}$/.test(accountId)) {
      problems.push({
        field: 'accountId',
        message: 'an AWS account id has 12 digits',
      });
    }
    const regionProblem = explainRegion(region ?? '');
    if (regionProblem) {
      problems.push({ field: 'region', message: regionProblem });
    }
  }
  if (problems.length > 0 || region === undefined) {
    return { arn: '', problems };
  }
  const arn = `arn:${partitionOfRegion(
    region,
  )}:eks:${region}:${accountId}:cluster/${clusterName}`;
  const { problem } = readClusterArn(arn, config);
  return {
    arn,
    problems: problem ? [{ field: 'region', message: problem }] : [],
  };
}
