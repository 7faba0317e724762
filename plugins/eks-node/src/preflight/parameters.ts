import { InputError } from '@backstage/errors';
import { z } from 'zod/v3';

/**
 * The parameters of the template `eks-service`, as the scaffolder declares the
 * input of an action: one function for each, so that it can derive a JSON
 * Schema with its own zod. Whether a value makes sense is for the checks.
 *
 * @public
 */
export const serviceFields = {
  name: (zod: typeof z) =>
    zod
      .string()
      .max(200)
      .describe(
        'Name of the service: a DNS label of 2 to 40 characters that is free in the catalog, on the git host and in ECR',
      ),
  description: (zod: typeof z) =>
    zod
      .string()
      .max(2000)
      .default('')
      .describe('What the service is for, in one line without template syntax'),
  owner: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .max(500)
      .describe(
        'Group or user that owns the service: `group:default/payments`',
      ),
  system: (zod: typeof z) =>
    zod
      .string()
      .max(500)
      .optional()
      .describe('System that the service is a part of: `system:default/shop`'),
  lifecycle: (zod: typeof z) =>
    zod
      .string()
      .max(200)
      .default('experimental')
      .describe('Lifecycle as in the catalog'),
  source: (zod: typeof z) =>
    zod
      .enum(['new', 'existing'])
      .default('new')
      .describe('Where the code comes from'),
  sourceUrl: (zod: typeof z) =>
    zod
      .string()
      .max(1000)
      .optional()
      .describe(
        'Repository to bring in, for the source `existing`: `https://github.com/acme/orders`',
      ),
  runtime: (zod: typeof z) =>
    zod
      .enum(['nodejs', 'python', 'java', 'go', 'static'])
      .default('nodejs')
      .describe('What the service is written in; `static` is a web front end'),
  targets: (zod: typeof z) =>
    zod
      .array(
        zod
          .object({
            environment: zod
              .string()
              .max(200)
              .describe('Name of the environment: `production`'),
            clusterArn: zod
              .string()
              .max(500)
              .describe('ARN of the EKS cluster'),
            namespace: zod
              .string()
              .max(200)
              .describe('Namespace in that cluster'),
          })
          .strict(),
      )
      .max(20)
      .describe('Where the service shall run, at least one'),
  compute: (zod: typeof z) =>
    zod
      .enum(['auto-detect', 'nodes', 'fargate', 'auto-mode'])
      .default('auto-detect')
      .describe('What pods shall run on; by default what each cluster has'),
  exposure: (zod: typeof z) =>
    zod
      .enum(['public', 'internal', 'none'])
      .default('none')
      .describe('Who shall reach the service from outside of the cluster'),
  routing: (zod: typeof z) =>
    zod
      .enum(['auto-detect', 'ingress', 'gateway'])
      .default('auto-detect')
      .describe(
        'What the path from the load balancer shall be written as: an Ingress, or a Gateway where the cluster has the Gateway API; by default an Ingress where one works',
      ),
  hostname: (zod: typeof z) =>
    zod
      .string()
      .max(500)
      .optional()
      .describe('Host name of an exposed service: `orders.example.com`'),
  scaling: (zod: typeof z) =>
    zod
      .object({
        minReplicas: zod.number().describe('Fewest replicas'),
        maxReplicas: zod.number().describe('Most replicas'),
        targetCpuUtilization: zod
          .number()
          .describe('Per cent of the CPU request to aim at'),
      })
      .strict()
      .describe('Bounds of the autoscaler'),
  pipeline: (zod: typeof z) =>
    zod
      .enum(['github-actions', 'codepipeline', 'gitlab-ci'])
      .default('github-actions')
      .describe('What builds and delivers the service'),
  repoUrl: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .max(1000)
      .describe(
        'Repository to make, as the repository picker writes it: `github.com?owner=acme&repo=orders`, `gitlab.com?owner=acme%2Fshop&repo=orders`',
      ),
};

/**
 * The same with where its images go, for whoever writes a template: the portal
 * looks there whether or not clusters of that account are shown.
 *
 * @public
 */
export const preflightFields = {
  ...serviceFields,
  imageRepository: (zod: typeof z) =>
    zod
      .object({
        name: zod
          .string()
          .max(500)
          .optional()
          .describe('Name; by default the service’s'),
        accountId: zod
          .string()
          .regex(/^\d{12}$/, 'An AWS account id has 12 digits')
          .optional()
          .describe('AWS account; by default that of the first target'),
        region: zod
          .string()
          .max(50)
          .optional()
          .describe('AWS region; by default that of the first target'),
      })
      .strict()
      .default({})
      .describe('ECR repository that will be made'),
};

/**
 * What {@link preflightFields} are once they are parsed.
 *
 * @public
 */
export type ServiceParameters = z.output<
  z.ZodObject<{
    [K in keyof typeof preflightFields]: ReturnType<
      (typeof preflightFields)[K]
    >;
  }>
>;

/**
 * What may be declared as parameters: one function for each.
 *
 * @public
 */
export type FieldDeclarations = Record<string, (zod: typeof z) => z.ZodTypeAny>;

/**
 * One schema of many fields, for whoever does not want them one by one.
 *
 * @public
 */
export function objectOf<TFields extends FieldDeclarations>(
  fields: TFields,
): z.ZodObject<{ [K in keyof TFields]: ReturnType<TFields[K]> }>;
export function objectOf(fields: FieldDeclarations) {
  return z.object(
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, field(z)]),
    ),
  );
}

/**
 * Reads the parameters of the template from what a form has gathered; what
 * they are not is left out.
 *
 * @throws InputError that names every field that is wrong
 * @public
 */
export function parseServiceParameters(entered: unknown): ServiceParameters {
  const result = objectOf(serviceFields).safeParse(entered);
  if (result.success) {
    return { ...result.data, imageRepository: {} };
  }
  throw new InputError(
    result.error.issues
      .map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
      .join('; '),
  );
}

/** Where the service shall run in one environment. */
export type Target = ServiceParameters['targets'][number];
