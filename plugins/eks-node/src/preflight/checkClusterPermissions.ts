import limiter from 'p-limit';
import { callCluster } from '../resources/kubernetes/callCluster';
import {
  openCluster,
  type TargetCheck,
  type TargetCheckOptions,
} from './targetCheck';
import { guard } from './guard';
import { Report } from './report';
import { clusterParts, clusterVerbs } from './servicePermissions';

const CHECK = 'cluster-permissions';

/** How many reviews are asked for at once. */
const CONCURRENCY = 5;

/**
 * Asks the cluster what it would say to what `kubernetes:apply` does. Anybody
 * may ask that about themselves.
 */
export async function checkClusterPermissions(
  check: TargetCheck,
  options: TargetCheckOptions,
): Promise<Report> {
  const { facts, field, target } = check;
  const { namespace } = target;
  const report = new Report(target.environment);
  for (const { group, version, kind } of clusterParts) {
    const refused = options.allowList.explainKind({
      apiVersion: group ? `${group}/${version}` : version,
      kind,
      metadata: {},
    });
    if (refused) {
      report.failed(CHECK, { field: 'targets', message: refused });
    }
  }
  const what = `What the portal may do in cluster ${facts.name}`;
  const question = { check: CHECK, what } as const;
  await guard(report, question, options, async signal => {
    const client = await openCluster(check, options, signal);
    const limit = limiter(CONCURRENCY);
    const missing = async (verbs: readonly string[]) => {
      const asked = clusterParts.flatMap(({ group, resource }) =>
        verbs.map(verb => ({ group, resource, verb })),
      );
      const allowed = await Promise.all(
        asked.map(attributes =>
          limit(() =>
            callCluster(
              {
                clusterName: facts.name,
                action: 'ask what the portal may do',
                signal,
              },
              () =>
                client.mayI({
                  ...attributes,
                  ...(attributes.resource !== 'namespaces' && { namespace }),
                }),
            ),
          ),
        ),
      );
      return asked
        .filter((_, index) => !allowed[index])
        .map(({ verb, resource }) => `${verb} ${resource}`);
    };
    const [make, takeBack] = await Promise.all([
      missing(clusterVerbs.make),
      missing(clusterVerbs.takeBack),
    ]);
    const remedy =
      'have an operator give it the ClusterRole of docs/iam-policies/kubernetes-rbac.yaml there, or choose another cluster';
    if (make.length > 0) {
      report.failed(CHECK, {
        field: `${field}.clusterArn`,
        message: `in cluster ${facts.name}, the portal may not ${make.join(', ')}`,
        remedy,
      });
    }
    if (takeBack.length > 0) {
      report.warning(CHECK, {
        message: `in cluster ${facts.name}, the portal may not ${takeBack.join(', ')}: what a failed task made would stay`,
        remedy,
      });
    }
    if (report.lines.length === 0) {
      report.passed(
        CHECK,
        `The portal may make what the service needs in cluster ${facts.name}, and take it back`,
      );
    }
  });
  return report;
}
