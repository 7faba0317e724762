import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';

// eslint-disable-next-line no-restricted-syntax -- never built, it runs from its sources
const FILE = join(__dirname, '../schema/openapi.yaml');
let ajv: Ajv | undefined;

/** Where a value is not what the published schema says. */
export function schemaProblems(name: string, value: unknown): string[] {
  if (!ajv) {
    ajv = new Ajv({ strict: false, allErrors: true });
    ajv.addSchema(parse(readFileSync(FILE, 'utf8')), 'openapi');
  }
  const validate = ajv.getSchema(`openapi#/components/schemas/${name}`);
  if (!validate) {
    throw new Error(`${FILE} has no schema ${name}`);
  }
  validate(value);
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath} ${message}`,
  );
}
