import { z } from 'zod';

// What is asked of the routes, beside the entity in their path.

/** Names of objects, containers and namespaces, as Kubernetes allows them. */
const name = z
  .string()
  .max(253)
  .regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/, 'expected a name of Kubernetes');

const cluster = z.string().min(1).max(500);

const flag = z
  .enum(['true', 'false'])
  .optional()
  .transform(value => value === 'true');

export const podQuery = z.object({ cluster, namespace: name, pod: name });

/** The most lines that are read, and how many if nobody says. */
export const MAXIMUM_LINES = 5_000;
export const DEFAULT_LINES = 500;
const WEEK_SECONDS = 7 * 24 * 60 * 60;

export const logsQuery = podQuery.extend({
  container: name.optional(),
  previous: flag,
  follow: flag,
  tailLines: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAXIMUM_LINES)
    .default(DEFAULT_LINES),
  sinceSeconds: z.coerce.number().int().min(1).max(WEEK_SECONDS).optional(),
});

/** As it is understood. */
export type LogsWanted = z.infer<typeof logsQuery>;

export const workloadBody = z.object({
  cluster,
  namespace: name,
  kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet']),
  name,
});

export const scaleBody = workloadBody.extend({
  replicas: z.number().int().min(0).max(10_000),
});

/** How many entities a table may ask about at once. */
export const MAXIMUM_ENTITIES = 100;

export const runtimesBody = z.object({
  entityRefs: z.array(z.string().min(1).max(300)).max(MAXIMUM_ENTITIES),
});
