import { z } from 'zod/v3';

/** A thing that was found, as actions put it out. */
export const thingFields = {
  kind: z
    .string()
    .describe(
      '`role`, `access entry`, `Pod Identity association`, `namespace`, `Fargate profile`, `image repository`, `git repository`, `location`, `catalog entry`, or a kind of Kubernetes',
    ),
  name: z.string().describe('Its name'),
  where: z.string().describe('Catalog, git host, account, cluster or registry'),
  detail: z.string().optional().describe('What to know of it'),
};

/** A thing that was found and left. */
export const leftFields = {
  ...thingFields,
  reason: z.string().describe('Why it stays'),
  remains: z
    .boolean()
    .describe('Whether it should have gone, and has to be removed by hand'),
};
