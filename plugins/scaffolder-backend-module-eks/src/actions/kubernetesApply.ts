import type { Config } from '@backstage/config';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { JsonValue } from '@backstage/types';
import { validateNamespace } from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import { createHash } from 'node:crypto';
import { z } from 'zod/v3';
import {
  type AllowList,
  type ArgoCdSettings,
  explainEntityRef,
  KubernetesClient,
  type Ownership,
  readAllowList,
  readArgoCdSettings,
  readClusterArn,
  readEntityRef,
  ruleProblems,
} from '@slipway/backstage-plugin-eks-node/resources';
import {
  type FieldProblem,
  inputError,
  type ParsedInput,
  parseInput,
  throwProblems,
} from '../lib/input';
import {
  explainApplication,
  isApplication,
} from '../lib/kubernetes/applications';
import {
  type AppliedObject,
  applyManifests,
} from '../lib/kubernetes/applyManifests';
import {
  type Manifest,
  readInlineManifests,
  readManifestFiles,
} from '../lib/kubernetes/manifests';
import { waitForReadiness } from '../lib/kubernetes/readiness';
import { examples } from './kubernetesApply.examples';

const KUBERNETES_APPLY = 'kubernetes:apply';

const inputFields = {
  clusterArn: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'ARN of the EKS cluster, e.g. `arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu`',
      ),
  owner: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .describe(
        'Reference of the catalog entity that the objects belong to, usually the service: `component:default/orders`. Written to the label and annotation `slipway.io/entity`; objects and namespaces of another entity are refused',
      ),
  manifests: (zod: typeof z) =>
    zod
      .union([zod.string(), zod.array(zod.record(zod.custom<JsonValue>()))])
      .optional()
      .describe(
        'Kubernetes objects, as YAML documents in one text or as a list. Either this or `path`',
      ),
  path: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .optional()
      .describe(
        'File of the workspace with YAML documents, or folder whose .yaml, .yml and .json files are applied in the order of their names. Either this or `manifests`',
      ),
  namespace: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe('Namespace of those objects that name none themselves'),
  fieldManager: (zod: typeof z) =>
    zod
      .string()
      .regex(
        /^[\x21-\x7e]{1,128}$/,
        'A field manager has 1 to 128 printable characters and no spaces',
      )
      .default('slipway')
      .describe('Name under which the API server notes who set which field'),
  force: (zod: typeof z) =>
    zod
      .boolean()
      .default(false)
      .describe(
        'Whether to take over fields that another manager has set; otherwise they are named and nothing is changed about that object',
      ),
  onExisting: (zod: typeof z) =>
    zod
      .enum(['adopt', 'fail'])
      .default('fail')
      .describe(
        'What to do with objects that exist and belong to no entity. Those that belong to `owner` are always updated, those of others never',
      ),
  waitForReadinessSeconds: (zod: typeof z) =>
    zod
      .number()
      .int()
      .min(0)
      .max(1800)
      .default(0)
      .describe(
        'How long to wait until the objects are ready, in seconds; 0 does not wait',
      ),
};

type ApplyInput = ParsedInput<typeof inputFields>;

const outputFields = {
  resources: (zod: typeof z) =>
    zod
      .array(
        zod.object({
          apiVersion: zod.string().describe('API version of the object'),
          kind: zod.string().describe('Kind of the object'),
          name: zod.string().describe('Name of the object'),
          namespace: zod
            .string()
            .optional()
            .describe('Namespace of the object, if it is in one'),
          operation: zod
            .enum(['created', 'updated', 'unchanged'])
            .describe('What was done, or would be in a dry run'),
        }),
      )
      .describe('The objects in the order in which they were applied'),
};

async function readManifests(
  input: ApplyInput,
  workspacePath: string,
): Promise<Manifest[]> {
  if ((input.manifests === undefined) === (input.path === undefined)) {
    throwProblems(KUBERNETES_APPLY, [
      {
        field: 'manifests',
        message: 'give either `manifests` or `path`, and not both',
      },
    ]);
  }
  const { manifests, problems } =
    input.manifests === undefined
      ? await readManifestFiles(workspacePath, input.path ?? '')
      : readInlineManifests(input.manifests);
  throwProblems(KUBERNETES_APPLY, problems);
  return manifests;
}

/** Kinds and namespaces that may not be touched, before anything is asked of the cluster. */
function checkAllowed(
  manifests: Manifest[],
  input: ApplyInput,
  allowList: AllowList,
  settings: ArgoCdSettings,
): FieldProblem[] {
  return manifests.flatMap(({ field, object }) => {
    const isNamespace =
      object.apiVersion === 'v1' && object.kind === 'Namespace';
    const namespace = isNamespace
      ? object.metadata.name
      : (object.metadata.namespace ?? input.namespace);
    const namespaceField =
      isNamespace || object.metadata.namespace !== undefined
        ? field
        : 'namespace';
    const problems: FieldProblem[] = [];
    const refuse = (where: string, message: string | undefined) => {
      if (message !== undefined) {
        problems.push({ field: where, message });
      }
    };
    refuse(field, allowList.explainKind(object));
    if (isApplication(object)) {
      for (const message of explainApplication(object, {
        namespace,
        clusterArn: input.clusterArn,
        settings,
        allowList,
      })) {
        refuse(field, message);
      }
    } else if (namespace === settings.namespace) {
      refuse(
        namespaceField,
        `namespace \`${namespace}\` is Argo CD's, and takes nothing but its Applications; choose another`,
      );
    } else if (namespace !== undefined) {
      const reserved = ruleProblems(
        validateNamespace(namespace),
        namespaceField,
      );
      problems.push(...reserved);
      if (reserved.length === 0) {
        refuse(namespaceField, allowList.explainNamespace(namespace));
      }
    }
    return problems;
  });
}

function uniqueProblems(problems: FieldProblem[]): FieldProblem[] {
  return [
    ...new Map(
      problems.map(problem => [`${problem.field} ${problem.message}`, problem]),
    ).values(),
  ];
}

/** Tells the objects of one use of the action from those of another in the same step. */
function digestOf(manifests: Manifest[]): string {
  return createHash('sha256')
    .update(JSON.stringify(manifests.map(({ object }) => object)))
    .digest('hex')
    .slice(0, 12);
}

/** Keeps what an earlier run of the same task did, where now there was nothing to do. */
function mergeOperations(
  earlier: AppliedObject[],
  now: AppliedObject[],
): AppliedObject[] {
  return now.map(object => {
    const before = earlier.find(
      other =>
        other.apiVersion === object.apiVersion &&
        other.kind === object.kind &&
        other.name === object.name &&
        other.namespace === object.namespace,
    );
    return before && object.operation === 'unchanged' ? before : object;
  });
}

/**
 * Applies Kubernetes objects to an EKS cluster by server-side apply. See
 * `docs/actions/kubernetes-apply.md`.
 *
 * @public
 */
export function createKubernetesApplyAction(options: {
  clusters: EksClusters;
  config: Config;
}) {
  const { clusters, config } = options;
  const allowList = readAllowList(config);
  const settings = readArgoCdSettings(config);
  return createTemplateAction({
    id: KUBERNETES_APPLY,
    description:
      'Applies Kubernetes objects to an EKS cluster by server-side apply, within the kinds and namespaces that operators allow',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const input = parseInput(KUBERNETES_APPLY, inputFields, ctx.input);
      const { cluster, problem } = readClusterArn(input.clusterArn, config);
      if (!cluster) {
        throw inputError(KUBERNETES_APPLY, [
          { field: 'clusterArn', message: problem },
        ]);
      }
      const entity = readEntityRef(input.owner, 'component');
      if (!entity) {
        throw inputError(KUBERNETES_APPLY, [
          {
            field: 'owner',
            message: explainEntityRef(input.owner, 'component:default/orders'),
          },
        ]);
      }
      const manifests = await readManifests(input, ctx.workspacePath);
      throwProblems(
        KUBERNETES_APPLY,
        uniqueProblems(checkAllowed(manifests, input, allowList, settings)),
      );

      const clusterName = cluster.name;
      const ownership: Ownership = {
        entity,
        template: ctx.templateInfo?.entityRef,
        task: ctx.task.id,
      };
      const dryRun = ctx.isDryRun ?? false;
      const open = async (clusterArn: string) =>
        new KubernetesClient(await clusters.kubeConfig(clusterArn), ctx.signal);
      const client = await open(input.clusterArn);
      const log = (message: string) => ctx.logger.info(message);
      log(
        `${dryRun ? 'Trying' : 'Applying'} ${manifests.length} objects ${
          dryRun ? 'on' : 'to'
        } cluster ${clusterName}`,
      );
      const apply = () =>
        applyManifests({
          client,
          open,
          clusterArn: input.clusterArn,
          clusterName,
          manifests,
          settings,
          namespace: input.namespace,
          ownership,
          allowList,
          fieldManager: input.fieldManager,
          force: input.force,
          onExisting: input.onExisting,
          dryRun,
          signal: ctx.signal,
          log,
        });

      let result: AppliedObject[] | undefined;
      let remembered: AppliedObject[] = [];
      if (!dryRun) {
        remembered = await ctx.checkpoint<AppliedObject[]>({
          key: `kubernetes.apply.${input.clusterArn}.${digestOf(manifests)}`,
          fn: async () => {
            result = await apply();
            return result;
          },
        });
      }
      // A checkpoint of an earlier run answers from memory, and the objects
      // may be gone since: apply again, which changes nothing if they are not.
      const resources = mergeOperations(remembered, result ?? (await apply()));

      if (!dryRun && input.waitForReadinessSeconds > 0) {
        await waitForReadiness({
          client,
          clusterName,
          objects: resources,
          seconds: input.waitForReadinessSeconds,
          signal: ctx.signal,
          log,
        });
      }
      ctx.output('resources', resources);
    },
  });
}
