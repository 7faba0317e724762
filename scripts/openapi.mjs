// Brings the schemas of plugins/eks-backend/src/schema/openapi.yaml to what the
// types of plugins/eks-common say, and makes the typed client of them:
// `npm run openapi`. With `--check` it changes nothing and fails when types,
// schema and client differ.

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clientFits, makeClient } from './lib/openapi-client.mjs';
import { fail } from './lib/say.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const backend = join(root, 'plugins/eks-backend');
const file = join(backend, 'src/schema/openapi.yaml');
const require = createRequire(join(backend, 'package.json'));
const { createGenerator } = require('ts-json-schema-generator');
const { parseDocument, isMap } = require('yaml');

/** What the routes take and answer. */
const ROOTS = [
  'RuntimeResponse',
  'RuntimePatch',
  'StreamEnd',
  'PodDetails',
  'PodQuery',
  'WorkloadTarget',
  'RestartResponse',
  'ScaleRequest',
  'ScaleResponse',
  'DeletePodResponse',
  'RuntimesRequest',
  'RuntimesResponse',
  'ClustersResponse',
  'NameAvailability',
  'PreflightResponse',
];

/** Any JSON, of which a schema would only say that it is JSON. */
const isJson = value => JSON.stringify(value)?.includes('"null"') ?? false;

/**
 * OpenAPI 3.0 keeps schemas elsewhere, and knows neither `const` nor `null` nor
 * several types at once.
 */
function toOpenApi(value) {
  if (Array.isArray(value)) {
    return value.map(toOpenApi);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (Array.isArray(value.type)) {
    const { type, ...rest } = value;
    return { ...rest, oneOf: type.map(one => ({ type: one })) };
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      if (key === '$ref') {
        return [
          key,
          decodeURIComponent(part).replace(
            '#/definitions/',
            '#/components/schemas/',
          ),
        ];
      }
      if (key === 'additionalProperties' && isJson(part)) {
        return [key, true];
      }
      if (key === 'anyOf') {
        // What makes clients takes these for all of them at once.
        return ['oneOf', toOpenApi(part)];
      }
      return key === 'const' ? ['enum', [part]] : [key, toOpenApi(part)];
    }),
  );
}

function schemas() {
  const generator = createGenerator({
    path: join(root, 'plugins/eks-common/src/{api,runtime/index}.ts'),
    tsconfig: join(root, 'tsconfig.json'),
    skipTypeCheck: true,
    // Readers get along with fields that they do not know yet.
    additionalProperties: true,
    topRef: true,
    // One sentence each: TSDoc is for those who program.
    jsDoc: 'basic',
  });
  const definitions = Object.assign(
    {},
    ...ROOTS.map(name => generator.createSchema(name).definitions),
  );
  const all = new Map(
    Object.entries(definitions).map(([name, schema]) => [
      name,
      toOpenApi(schema),
    ]),
  );
  for (const [name, { oneOf = [] }] of all) {
    oneOf.forEach(alternative => tellApart(name, alternative, all));
  }
  return Object.fromEntries(
    [...reachable(all)].sort().map(name => [name, all.get(name)]),
  );
}

/**
 * One value must be one alternative alone. Some have a word of their own, which
 * makes their name; the others are what they are by their fields.
 */
function tellApart(union, alternative, all) {
  const [, named] =
    /^#\/components\/schemas\/(.+)$/.exec(alternative.$ref ?? '') ?? [];
  const schema = named ? all.get(named) : alternative;
  const [word] = Object.values(schema.properties ?? {}).flatMap(
    ({ enum: words }) => (words?.length === 1 ? words : []),
  );
  if (named === undefined && word !== undefined) {
    alternative.title = `${union} ${word}`;
  } else if (named !== undefined && word === undefined) {
    schema.additionalProperties = false;
  }
}

/** What the roots need: types of types leave behind what nobody names. */
function reachable(all) {
  const found = new Set(ROOTS);
  for (const name of found) {
    const text = JSON.stringify(all.get(name));
    for (const [, other] of text.matchAll(
      /"#\/components\/schemas\/([^"]+)"/g,
    )) {
      found.add(other);
    }
  }
  return found;
}

async function main() {
  const before = readFileSync(file, 'utf8');
  const document = parseDocument(before);
  const components = document.get('components');
  if (!isMap(components)) {
    throw new Error(`${file} has no components`);
  }
  components.set('schemas', document.createNode(schemas()));
  const prettier = await import('prettier');
  const after = await prettier.format(document.toString({ lineWidth: 0 }), {
    ...(await prettier.resolveConfig(file)),
    filepath: file,
  });
  if (process.argv.includes('--check')) {
    if (after !== before) {
      throw new Error(`${file} is not what the types say; npm run openapi`);
    }
    if (!clientFits(file)) {
      throw new Error(`the client is not of ${file}; npm run openapi`);
    }
    return;
  }
  writeFileSync(file, after);
  if (!clientFits(file)) {
    makeClient(backend, file);
  }
}

main().catch(fail);
