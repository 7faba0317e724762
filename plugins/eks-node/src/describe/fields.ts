import { z } from 'zod/v3';

/**
 * Which cluster is asked about, and for what service, as the scaffolder
 * declares the input of an action.
 *
 * @public
 */
export const describeFields = {
  clusterArn: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'ARN of the cluster, e.g. `arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu`. Either this, or `clusterName`, `accountId` and `region`',
      ),
  clusterName: (zod: typeof z) =>
    zod.string().optional().describe('Name of the cluster within its region'),
  accountId: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe('AWS account of the cluster, 12 digits; with `clusterName`'),
  region: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'AWS region of the cluster, e.g. `eu-west-1`; with `clusterName`',
      ),
  namespace: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'Namespace that pods shall run in: decides between Fargate and nodes',
      ),
  labels: (zod: typeof z) =>
    zod
      .record(zod.string())
      .default({})
      .describe('Labels of the pods, for Fargate profiles that ask for them'),
  compute: (zod: typeof z) =>
    zod
      .enum(['auto-detect', 'nodes', 'fargate', 'auto-mode'])
      .default('auto-detect')
      .describe('What pods shall run on; by default what the cluster has'),
  exposure: (zod: typeof z) =>
    zod
      .enum(['public', 'internal', 'none'])
      .default('none')
      .describe(
        'Who shall reach the service from outside of the cluster: everybody, the network of the cluster, nobody',
      ),
  routing: (zod: typeof z) =>
    zod
      .enum(['auto-detect', 'ingress', 'gateway'])
      .default('auto-detect')
      .describe(
        'What the path from the load balancer shall be written as; by default an Ingress where one works, otherwise a Gateway',
      ),
};

/**
 * What {@link describeFields} are once they are parsed.
 *
 * @public
 */
export type DescribeInput = z.output<
  z.ZodObject<{
    [K in keyof typeof describeFields]: ReturnType<(typeof describeFields)[K]>;
  }>
>;

/**
 * What is told about the cluster. Everything is always there: a step that runs
 * for each target gets lists, whose items would shift if one were left out.
 *
 * @public
 */
export const describedFields = {
  arn: (zod: typeof z) => zod.string().describe('ARN of the cluster'),
  name: (zod: typeof z) => zod.string().describe('Name of the cluster'),
  accountId: (zod: typeof z) =>
    zod.string().describe('AWS account of the cluster'),
  region: (zod: typeof z) => zod.string().describe('AWS region of the cluster'),
  partition: (zod: typeof z) =>
    zod.string().describe('Partition: `aws`, `aws-cn` or `aws-us-gov`'),
  status: (zod: typeof z) =>
    zod.string().describe('State by AWS, e.g. `ACTIVE`'),
  version: (zod: typeof z) =>
    zod.string().describe('Kubernetes version, e.g. `1.35`'),
  endpoint: (zod: typeof z) =>
    zod
      .string()
      .describe('URL of the Kubernetes API; empty while there is none'),
  certificateAuthority: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'Certificate authority of the endpoint, base64 of PEM; empty while there is none',
      ),
  createdAt: (zod: typeof z) =>
    zod.string().describe('When it was made, ISO 8601; empty when not known'),
  reachable: (zod: typeof z) =>
    zod.boolean().describe('Whether its Kubernetes API answers the portal'),
  reason: (zod: typeof z) =>
    zod
      .string()
      .describe('Why it does not, and what to do; empty when it does'),
  computeKinds: (zod: typeof z) =>
    zod
      .array(zod.enum(['managed-nodes', 'karpenter', 'auto-mode', 'fargate']))
      .describe('All kinds of machines that the cluster has for pods'),
  fargateProfiles: (zod: typeof z) =>
    zod
      .array(
        zod.object({
          name: zod.string(),
          status: zod.string(),
          selectors: zod.array(
            zod.object({
              namespace: zod.string().optional(),
              labels: zod.record(zod.string()).optional(),
            }),
          ),
        }),
      )
      .describe('Fargate profiles and which pods they select'),
  addons: (zod: typeof z) =>
    zod
      .array(
        zod.object({
          name: zod.string(),
          version: zod.string(),
          status: zod.string(),
          issues: zod.array(zod.string()),
        }),
      )
      .describe(
        'EKS add-ons with their versions and health; `issues` is what AWS finds wrong with one',
      ),
  loadBalancer: (zod: typeof z) =>
    zod
      .object({
        kind: zod.enum([
          'auto-mode',
          'aws-load-balancer-controller',
          'none',
          'unknown',
        ]),
        ingressClassName: zod.string().optional(),
        ingressClasses: zod
          .array(
            zod.object({
              name: zod.string(),
              scheme: zod
                .enum(['internet-facing', 'internal', 'unknown'])
                .optional(),
            }),
          )
          .optional(),
        gatewayClasses: zod
          .array(
            zod.object({
              name: zod.string(),
              scheme: zod
                .enum(['internet-facing', 'internal', 'unknown'])
                .optional(),
            }),
          )
          .optional(),
      })
      .describe('What makes load balancers for Ingresses and Gateways'),
  loadBalancerKind: (zod: typeof z) =>
    zod
      .enum(['auto-mode', 'aws-load-balancer-controller', 'none', 'unknown'])
      .describe('`loadBalancer.kind`, for templates'),
  ingressClassName: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'IngressClass to use for the exposure; empty when there is none',
      ),
  gatewayClassName: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'GatewayClass to use for the exposure; empty when there is none',
      ),
  routing: (zod: typeof z) =>
    zod
      .enum(['ingress', 'gateway'])
      .describe('What the path from the load balancer is written as'),
  argoCd: (zod: typeof z) =>
    zod
      .enum(['served', 'none', 'unknown'])
      .describe('Whether it serves the Applications of Argo CD'),
  argoCdApplication: (zod: typeof z) =>
    zod
      .object({
        possible: zod
          .boolean()
          .describe('Whether `kubernetes:apply` can put one there'),
        reason: zod
          .string()
          .describe('Why it cannot, and what to do; empty when it can'),
        clusterArn: zod.string().describe('Cluster that Argo CD runs in'),
        namespace: zod.string().describe('Namespace of its Applications'),
        project: zod.string().describe('Project that services are in'),
        server: zod
          .string()
          .describe('`destination.server`; empty where `name` says it'),
        name: zod
          .string()
          .describe('`destination.name`; empty where `server` says it'),
      })
      .describe('Where the Application of a service that runs there goes'),
  metrics: (zod: typeof z) =>
    zod
      .enum(['metrics-server', 'none', 'unknown'])
      .describe('What an autoscaler reads CPU and memory from'),
  containerInsights: (zod: typeof z) =>
    zod
      .enum(['otel', 'classic', 'none'])
      .describe('Flavour of CloudWatch Container Insights'),
  oidcIssuer: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'OIDC issuer of service account tokens; empty when there is none',
      ),
  supportEndsAt: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'Date on which standard support of the version ends; empty when not known',
      ),
  upgradePolicy: (zod: typeof z) =>
    zod
      .string()
      .describe('`STANDARD` or `EXTENDED` support; empty when not known'),
  compute: (zod: typeof z) =>
    zod
      .enum(['nodes', 'fargate', 'auto-mode'])
      .describe('Where pods of the namespace will run'),
  problems: (zod: typeof z) =>
    zod
      .array(zod.string())
      .describe('Why what was asked cannot work there; empty when it can'),
};

/**
 * A cluster as {@link describedFields} say.
 *
 * @public
 */
export type DescribedCluster = z.output<
  z.ZodObject<{
    [K in keyof typeof describedFields]: ReturnType<
      (typeof describedFields)[K]
    >;
  }>
>;
