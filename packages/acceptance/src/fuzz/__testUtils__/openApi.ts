import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { createToken, type Sandbox } from '@slipway/sandbox';
import fc from 'fast-check';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';

/** What an API server says of a field. */
interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-group-version-kind'?: { kind: string }[];
}

/** Finds the schema of a kind, such as `Pod`. */
export type Schemas = (kind: string) => Schema;

const VERSIONS = [
  'api/v1',
  'apis/apps/v1',
  'apis/autoscaling/v2',
  'apis/networking.k8s.io/v1',
];

/** Reads what a cluster of the sandbox says of its kinds. */
export async function readSchemas(sandbox: Sandbox): Promise<Schemas> {
  const credentials = sandbox.aws.roleCredentials(
    'arn:aws:iam::111122223333:role/slipway-portal',
    'fuzz',
  );
  const eks = new EKSClient({
    endpoint: sandbox.urls.aws,
    region: 'eu-west-1',
    credentials,
  });
  const { cluster } = await eks.send(
    new DescribeClusterCommand({ name: 'prod-eu' }),
  );
  eks.destroy();
  const token = await createToken(credentials, 'prod-eu', 'eu-west-1');
  const ca = Buffer.from(cluster?.certificateAuthority?.data ?? '', 'base64');
  const documents = await Promise.all(
    VERSIONS.map(version =>
      getJson(`${cluster?.endpoint}/openapi/v3/${version}`, {
        ca,
        headers: { authorization: `Bearer ${token}` },
      }),
    ),
  );
  const schemas: Schema[] = documents.flatMap(document =>
    Object.values(document.components.schemas),
  );
  return kind => {
    const schema = schemas.find(candidate =>
      candidate['x-kubernetes-group-version-kind']?.some(
        one => one.kind === kind,
      ),
    );
    if (!schema) {
      throw new Error(`the API server describes no ${kind}`);
    }
    return schema;
  };
}

interface OpenApiDocument {
  components: { schemas: Record<string, Schema> };
}

function getJson(
  url: string,
  options: { ca: Buffer; headers: Record<string, string> },
): Promise<OpenApiDocument> {
  return new Promise((resolve, reject) => {
    get(url, options, response => {
      text(response)
        .then(body => resolve(JSON.parse(body)))
        .catch(reject);
    }).on('error', reject);
  });
}

/** What makes random objects resemble those that there are. */
export interface Likely {
  /** By a field's name: what is found in it, and the model may look for. */
  words: Record<string, readonly unknown[]>;
  /** Fields that are mostly there; of the others one is now and then. */
  fields: ReadonlySet<string>;
}

/** JSON can hold halves of characters. */
const anyCodeUnit = fc
  .nat({ max: 0xffff })
  .map(unit => String.fromCharCode(unit));

/** Any value that the schema lets be. */
export function anyOf(
  schema: Schema,
  likely: Likely,
  field = '',
): fc.Arbitrary<unknown> {
  const anything = ofType(schema, likely);
  const words = Object.hasOwn(likely.words, field)
    ? likely.words[field].filter(word => fits(word, schema))
    : [];
  return words.length > 0
    ? fc.oneof(
        {
          weight: schema.type === 'array' ? 1 : 5,
          arbitrary: fc.constantFrom(...words),
        },
        { weight: 1, arbitrary: anything },
      )
    : anything;
}

/** The same name is a text in one kind and a structure in another. */
function fits(word: unknown, { type }: Schema): boolean {
  if (type === 'array' || Array.isArray(word)) {
    return type === 'array' && Array.isArray(word);
  }
  return typeof word === (type === 'integer' ? 'number' : type);
}

function ofType(schema: Schema, likely: Likely): fc.Arbitrary<unknown> {
  const { type, items, properties, additionalProperties } = schema;
  if (schema['x-kubernetes-int-or-string']) {
    return fc.oneof(fc.integer(), fc.string());
  }
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.oneof(fc.integer({ min: -1, max: 300 }), fc.integer());
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'string':
      return fc.oneof(fc.string(), fc.string({ unit: anyCodeUnit }));
    case 'array':
      return items
        ? fc.array(anyOf(items, likely), { maxLength: 3 })
        : fc.constant([]);
    default:
      if (properties) {
        return anyFields(properties, likely);
      }
      return additionalProperties
        ? fc.dictionary(fc.string(), anyOf(additionalProperties, likely), {
            maxKeys: 3,
          })
        : fc.constant({});
  }
}

function anyFields(
  properties: Record<string, Schema>,
  likely: Likely,
): fc.Arbitrary<unknown> {
  const names = Object.keys(properties);
  const often = names.filter(name => likely.fields.has(name));
  const seldom = names.filter(name => !likely.fields.has(name));
  return fc
    .tuple(
      fc.subarray(often, { minLength: Math.ceil(often.length / 2) }),
      fc.subarray(seldom, { maxLength: Math.min(seldom.length, 1) }),
    )
    .chain(chosen =>
      fc.record(
        Object.fromEntries(
          chosen
            .flat()
            .map(name => [name, anyOf(properties[name], likely, name)]),
        ),
      ),
    );
}
