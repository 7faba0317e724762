import type { CatalogService } from '@backstage/plugin-catalog-node';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { z } from 'zod/v3';
import { awaitEntity } from '../lib/catalog/awaitEntity';
import {
  explainEntityRef,
  readEntityRef,
} from '@slipway/backstage-plugin-eks-node/resources';
import { inputError, parseInput } from '../lib/input';
import { examples } from './catalogEntityAwait.examples';

const CATALOG_ENTITY_AWAIT = 'catalog:entity:await';

const inputFields = {
  entityRef: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .describe(
        'Reference of the entity, such as the output `entityRef` of `catalog:register`: `component:default/orders`',
      ),
  timeoutSeconds: (zod: typeof z) =>
    zod
      .number()
      .min(1)
      .max(600)
      .default(30)
      .describe(
        'How long to wait at most, 1 to 600 seconds; then the task goes on without it',
      ),
};

const outputFields = {
  entityRef: (zod: typeof z) =>
    zod.string().describe('Reference of the entity, written in full'),
  found: (zod: typeof z) =>
    zod
      .boolean()
      .describe(
        'Whether the catalog has it; in a dry run: whether it has it already',
      ),
};

/**
 * Waits until the catalog has read an entity that was registered before, so
 * that a link to its page leads somewhere. An entity that does not come in
 * time is a warning, no error: what was made is there, and the catalog may
 * still be reading. See `docs/actions/catalog-entity-await.md`.
 *
 * @public
 */
export function createCatalogEntityAwaitAction(options: {
  catalog: CatalogService;
}) {
  const { catalog } = options;
  return createTemplateAction({
    id: CATALOG_ENTITY_AWAIT,
    description:
      'Waits until the catalog has read an entity that was registered, so that its page is there',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const input = parseInput(CATALOG_ENTITY_AWAIT, inputFields, ctx.input);
      const entityRef = readEntityRef(input.entityRef, 'component');
      if (entityRef === undefined) {
        throw inputError(CATALOG_ENTITY_AWAIT, [
          {
            field: 'entityRef',
            message: explainEntityRef(
              input.entityRef,
              'component:default/orders',
            ),
          },
        ]);
      }

      const seconds = ctx.isDryRun ? 0 : input.timeoutSeconds;
      const { found, problem } = await awaitEntity({
        catalog,
        credentials: await ctx.getInitiatorCredentials(),
        entityRef,
        seconds,
        signal: ctx.signal,
      });
      if (!found && !ctx.isDryRun) {
        ctx.logger.warn(
          `The catalog does not have ${entityRef} after ${seconds} s${
            problem ? ` (${problem})` : ''
          }; its page may come later. If it does not, look at the location in the catalog for what it could not read`,
        );
      }

      ctx.output('entityRef', entityRef);
      ctx.output('found', found);
    },
  });
}
