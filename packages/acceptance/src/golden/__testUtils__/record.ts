import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Schema } from 'jsonschema';

/** What `.slipway.yaml` has to be, as it is documented. */
export function recordSchema(): Schema {
  return JSON.parse(
    readFileSync(
      resolve(__dirname, '../../../../../docs/schemas/slipway.schema.json'),
      'utf8',
    ),
  );
}
