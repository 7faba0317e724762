import type { Config } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import {
  validateDescription,
  validateEnvironment,
  validateHostname,
  validateNamespace,
  validatePipelineHost,
  validateScaling,
  validateServiceName,
} from '@slipway/backstage-plugin-eks-common';
import { readClusterArn } from '../resources/clusterTarget';
import { explainEntityRef, readEntityRef } from '../resources/entityRef';
import { ruleProblems } from '../resources/rules';
import type { ServiceParameters, Target } from './parameters';
import type { Failure, Report } from './report';

/** Checks everything that can be told without asking anybody. */
export function checkParameters(
  parameters: ServiceParameters,
  config: Config,
  report: Report,
): void {
  const { name, description, owner, system, exposure, hostname } = parameters;
  report.judge(
    'name',
    ruleProblems(validateServiceName(name)),
    `\`${name}\` is a name that Kubernetes, ECR and the catalog take`,
  );
  report.judge(
    'description',
    ruleProblems(validateDescription(description)),
    'The description is plain text',
  );
  // Whether they are there is asked later.
  if (!readEntityRef(owner, 'group')) {
    report.failed('owner', {
      field: 'owner',
      message: explainEntityRef(owner, 'group:default/payments'),
    });
  }
  if (system !== undefined && !readEntityRef(system, 'system')) {
    report.failed('system', {
      field: 'system',
      message: explainEntityRef(system, 'system:default/shop'),
    });
  }
  if (parameters.source === 'existing') {
    report.judge(
      'source',
      sourceProblems(parameters.sourceUrl, config),
      'The repository to bring in is on a git host that the portal knows',
    );
  }
  report.judge(
    'scaling',
    ruleProblems(validateScaling(parameters.scaling)),
    `Between ${parameters.scaling.minReplicas} and ${parameters.scaling.maxReplicas} replicas`,
  );
  if (hostname !== undefined) {
    report.judge(
      'hostname',
      exposure === 'none'
        ? [
            {
              field: 'hostname',
              message: 'a service that is not exposed has no host name',
              remedy: 'leave it out, or choose another `exposure`',
            },
          ]
        : ruleProblems(validateHostname(hostname)),
      `\`${hostname}\` is a host name`,
    );
  }
  report.judge(
    'targets',
    targetProblems(parameters.targets, config),
    parameters.targets.length === 1
      ? 'The target is named as it should be'
      : `${parameters.targets.length} targets are named as they should be`,
  );
  if (parameters.pipeline === 'codepipeline') {
    report.judge(
      'pipeline',
      codePipelineProblems(parameters.targets, config),
      'CodePipeline can be where every target is',
    );
  }
  // That it is free there is asked later, and is the line about it.
  for (const problem of hostProblems(parameters, config)) {
    report.failed('git-repository', problem);
  }
}

/** An address that is wrong is reported when the git host is asked. */
function hostProblems(
  { pipeline, repoUrl }: ServiceParameters,
  config: Config,
): Failure[] {
  const address = `https://${repoUrl}`;
  const host = URL.canParse(address) ? new URL(address).host : '';
  const integration = ScmIntegrations.fromConfig(config).byHost(host);
  return integration
    ? ruleProblems(
        validatePipelineHost({ pipeline, host, kind: integration.type }),
      )
    : [];
}

/**
 * A pipeline of CodePipeline keeps its artifacts in one region, and its roles
 * are those of one account (CodePipeline User Guide, cross-region and
 * cross-account actions).
 */
function codePipelineProblems(targets: Target[], config: Config): Failure[] {
  const places = targets.map(
    ({ clusterArn }) => readClusterArn(clusterArn, config).cluster,
  );
  const [first] = places;
  return places.flatMap((place, index) =>
    !first ||
    !place ||
    (place.accountId === first.accountId && place.region === first.region)
      ? []
      : [
          {
            field: `targets[${index}].clusterArn`,
            message: `this cluster is in ${place.region} of account ${place.accountId}, and the pipeline in ${first.region} of account ${first.accountId}, where the first target is`,
            remedy:
              'choose clusters of one account and region, or the pipeline `github-actions`, which delivers through Argo CD',
          },
        ],
  );
}

function sourceProblems(sourceUrl = '', config: Config): Failure[] {
  const url = URL.canParse(sourceUrl) ? new URL(sourceUrl) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    return [
      {
        field: 'sourceUrl',
        message: 'a repository to bring in has to be named by its address',
        remedy: 'use one such as https://github.com/acme/orders',
      },
    ];
  }
  if (url.username || url.password) {
    return [
      {
        field: 'sourceUrl',
        message: 'an address with a name or a password in it is not taken',
        remedy: 'leave them out; the portal uses its own integration',
      },
    ];
  }
  return ScmIntegrations.fromConfig(config).byUrl(url)
    ? []
    : [
        {
          field: 'sourceUrl',
          message: `the portal has no integration for ${url.host}`,
          remedy: 'ask its operators for one in `integrations`',
        },
      ];
}

function targetProblems(targets: Target[], config: Config): Failure[] {
  if (targets.length === 0) {
    return [{ field: 'targets', message: 'choose at least one cluster' }];
  }
  const environments = new Set<string>();
  const places = new Set<string>();
  return targets.flatMap((target, index) => {
    const field = `targets[${index}]`;
    const problems: Failure[] = [
      ...ruleProblems(
        validateEnvironment(target.environment),
        `${field}.environment`,
      ),
      ...ruleProblems(
        validateNamespace(target.namespace),
        `${field}.namespace`,
      ),
    ];
    const { problem } = readClusterArn(target.clusterArn, config);
    if (problem !== undefined) {
      problems.push({ field: `${field}.clusterArn`, message: problem });
    }
    if (environments.has(target.environment)) {
      problems.push({
        field: `${field}.environment`,
        message: `another target is the environment \`${target.environment}\` already`,
        remedy: 'name each environment once',
      });
    }
    environments.add(target.environment);
    const place = `${target.clusterArn} ${target.namespace}`;
    if (places.has(place)) {
      problems.push({
        field: `${field}.namespace`,
        message: `another target is namespace \`${target.namespace}\` of this cluster already`,
        remedy: 'give two environments two namespaces',
      });
    }
    places.add(place);
    return problems;
  });
}
