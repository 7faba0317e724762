import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  entityEnvelopeSchemaValidator,
  parseEntityRef,
  type Entity,
} from '@backstage/catalog-model';
import { parseAllDocuments } from 'yaml';

// eslint-disable-next-line no-restricted-syntax -- never built, it runs from its sources
const root = join(__dirname, '../../..');
const read = (file: string): Entity[] =>
  parseAllDocuments(readFileSync(join(root, file), 'utf8')).map(document =>
    document.toJS(),
  );

const own = read('catalog-info.yaml');
const people = read('packages/sandbox/catalog/org.yaml');
const names = (entities: Entity[]) =>
  entities.map(({ kind, metadata }) =>
    `${kind}:${metadata.name}`.toLowerCase(),
  );

describe('the catalog file of the portal', () => {
  it.each(own)('holds a valid $kind $metadata.name', entity => {
    expect(() => entityEnvelopeSchemaValidator()(entity)).not.toThrow();
  });

  it('describes every plugin and package', () => {
    const described = names(own);
    for (const plugin of readdirSync(join(root, 'plugins'))) {
      expect(described).toContain(`component:slipway-plugin-${plugin}`);
    }
    for (const name of readdirSync(join(root, 'packages'))) {
      expect(described).toContain(`component:slipway-${name}`);
    }
  });

  it('refers to what is there', () => {
    const all = names([...own, ...people]);
    for (const { spec } of own) {
      const references = [
        spec?.owner,
        spec?.system && `system:${spec.system}`,
        ...(Array.isArray(spec?.dependsOn) ? spec.dependsOn : []),
      ].filter((reference): reference is string => Boolean(reference));
      for (const reference of references) {
        const { kind, name } = parseEntityRef(reference);
        expect(all).toContain(`${kind}:${name}`.toLowerCase());
      }
    }
  });
});
