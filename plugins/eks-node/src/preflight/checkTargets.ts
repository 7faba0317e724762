import {
  detectCompute,
  detectRouting,
  type EksClusterFacts,
  findTargetProblems,
  gatewayClassFor,
  matchingFargateProfile,
} from '@slipway/backstage-plugin-eks-common';
import { checkArgoCd } from './checkArgoCd';
import { checkClusterPermissions } from './checkClusterPermissions';
import { checkNamespace } from './checkNamespace';
import { guard } from './guard';
import type { ServiceParameters, Target } from './parameters';
import { Report } from './report';
import type { TargetCheck, TargetCheckOptions } from './targetCheck';

/** Looks at every cluster that the service shall run on, side by side. */
export async function checkTargets(
  parameters: ServiceParameters,
  options: TargetCheckOptions,
): Promise<Report> {
  const report = new Report();
  const reports = await Promise.all(
    parameters.targets.map(async (target, index) =>
      checkTarget(target, `targets[${index}]`, parameters, options),
    ),
  );
  for (const own of reports) {
    report.append(own);
  }
  return report;
}

async function checkTarget(
  target: Target,
  field: string,
  parameters: ServiceParameters,
  options: TargetCheckOptions,
): Promise<Report> {
  const report = new Report(target.environment);
  const question = {
    check: 'cluster',
    what: `What cluster ${target.clusterArn} can do`,
    failing: `${field}.clusterArn`,
  } as const;
  let facts: EksClusterFacts | undefined;
  await guard(report, question, options, async signal => {
    facts = await options.clusters.describe(target.clusterArn, { signal });
  });
  if (!facts) {
    return report;
  }
  const check: TargetCheck = { target, field, parameters, facts, report };
  if (checkCluster(check)) {
    checkCompute(check);
    checkLoadBalancer(check);
    checkMetrics(check);
    const inside = new Report(target.environment);
    const [permissions, delivery] = await Promise.all([
      checkClusterPermissions(check, options),
      checkArgoCd(check, options),
      checkNamespace({ ...check, report: inside }, options),
    ]);
    report.append(permissions);
    report.append(delivery);
    report.append(inside);
  }
  return report;
}

/** Whether the cluster answers. */
function checkCluster({ facts, field, report }: TargetCheck): boolean {
  const problems = findTargetProblems(facts, {});
  report.judge(
    'cluster',
    problems.map(problem => ({ field: `${field}.clusterArn`, ...problem })),
    `Cluster ${facts.name} (Kubernetes ${facts.version}) answers`,
  );
  if (problems.length === 0 && facts.reason) {
    report.warning('cluster', { message: facts.reason });
  }
  return problems.length === 0;
}

/** What the template labels every pod with. */
const podLabels = ({ name }: ServiceParameters) => ({
  'app.kubernetes.io/name': name,
});

function checkCompute(check: TargetCheck) {
  const { facts, field, parameters, report, target } = check;
  const { namespace } = target;
  const asked = {
    namespace,
    labels: podLabels(parameters),
    compute: parameters.compute,
  };
  const problems = findTargetProblems(facts, asked).filter(({ about }) =>
    ['compute', 'compute-choice'].includes(about),
  );
  const compute = detectCompute(facts, asked);
  if (problems.length > 0) {
    for (const problem of problems) {
      report.failed('compute', {
        field:
          problem.about === 'compute-choice' ? 'compute' : `${field}.namespace`,
        ...problem,
      });
    }
  } else if (compute === 'fargate') {
    checkFargate(check);
  } else {
    report.passed(
      'compute',
      compute === 'auto-mode'
        ? `EKS Auto Mode of cluster ${facts.name} brings nodes for its pods`
        : `Its pods run on nodes of cluster ${facts.name}`,
    );
  }
}

function checkFargate({ facts, parameters, report, target }: TargetCheck) {
  const { namespace } = target;
  const profile = matchingFargateProfile(
    facts.fargateProfiles,
    namespace,
    podLabels(parameters),
  );
  if (profile && profile.status !== 'ACTIVE') {
    report.warning('compute', {
      message: `Fargate profile \`${profile.name}\` of cluster ${facts.name} takes namespace \`${namespace}\`, but is ${profile.status}`,
      remedy: 'wait until it is active, or pods will not start',
    });
  } else {
    report.passed(
      'compute',
      `Fargate profile \`${profile?.name}\` of cluster ${facts.name} takes namespace \`${namespace}\``,
    );
  }
}

function checkLoadBalancer({ facts, parameters, report }: TargetCheck) {
  const { exposure, routing } = parameters;
  if (exposure === 'none') {
    return;
  }
  const problems = findTargetProblems(facts, { exposure, routing }).filter(
    ({ about }) => about === 'load-balancer' || about === 'routing',
  );
  for (const problem of problems) {
    report.failed('load-balancer', {
      field: problem.about === 'routing' ? 'routing' : 'exposure',
      ...problem,
    });
  }
  if (problems.length > 0) {
    return;
  }
  if (
    parameters.pipeline === 'codepipeline' &&
    detectRouting(facts, exposure, routing) === 'gateway'
  ) {
    report.failed('load-balancer', {
      field: 'routing',
      message: `On cluster ${facts.name} the service would be reached through a Gateway, which CodePipeline may not make: the access policies of EKS do not cover it`,
      remedy:
        'choose the routing `ingress` where the cluster has an IngressClass, or a pipeline that delivers through Argo CD',
    });
    return;
  }
  const { kind, gatewayClasses } = facts.loadBalancer;
  if (routing === 'gateway' && !gatewayClasses) {
    report.warning('load-balancer', {
      message: `Whether cluster ${facts.name} makes load balancers for Gateways is not known`,
      remedy:
        'have an operator let the portal read gateway classes as docs/iam.md says, or ask the platform team',
    });
  } else if (detectRouting(facts, exposure, routing) === 'gateway') {
    report.passed(
      'load-balancer',
      `The AWS Load Balancer Controller of cluster ${facts.name} makes load balancers for Gateways of the class \`${gatewayClassFor(
        facts.loadBalancer,
        exposure,
      )}\``,
    );
  } else if (kind === 'unknown') {
    report.warning('load-balancer', {
      message: `Whether cluster ${facts.name} makes load balancers is not known`,
      remedy:
        'have an operator let the portal read ingress classes as docs/iam.md says, or ask the platform team',
    });
  } else {
    report.passed(
      'load-balancer',
      kind === 'auto-mode'
        ? `EKS Auto Mode of cluster ${facts.name} makes load balancers`
        : `Cluster ${facts.name} has the AWS Load Balancer Controller`,
    );
  }
}

function checkMetrics({ facts, report }: TargetCheck) {
  if (facts.metrics === 'metrics-server') {
    report.passed(
      'metrics',
      `Cluster ${facts.name} measures pods, so the autoscaler knows the load`,
    );
    return;
  }
  report.warning('metrics', {
    message:
      facts.metrics === 'none'
        ? `Cluster ${facts.name} has no metrics-server: the autoscaler will not know the load and will not scale`
        : `Whether cluster ${facts.name} measures pods is not known: without, the autoscaler does not scale`,
    remedy: 'ask the platform team for the metrics-server add-on',
  });
}
