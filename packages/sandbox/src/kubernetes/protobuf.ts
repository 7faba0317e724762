import { StatusError } from './errors';
import type { Json, JsonObject } from './types';

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** What a field holds; a message has fields of its own. */
type Field =
  | 'string'
  | 'bytes'
  | 'number'
  | 'boolean'
  | 'strings'
  | { map: 'string' | 'bytes' }
  | Message;
interface Message {
  fields: Record<number, [name: string, field: Field]>;
}

const message = (fields: Message['fields']): Message => ({ fields });

const metadata: [string, Field] = [
  'metadata',
  message({
    1: ['name', 'string'],
    2: ['generateName', 'string'],
    3: ['namespace', 'string'],
    5: ['uid', 'string'],
    6: ['resourceVersion', 'string'],
    11: ['labels', { map: 'string' }],
    12: ['annotations', { map: 'string' }],
    14: ['finalizers', 'strings'],
  }),
];

/**
 * What kubectl's own commands (`create namespace`, `auth can-i`, `drain`) send
 * in this form. Manifests come as JSON.
 */
const messages: Record<string, Message> = {
  'v1/Namespace': message({ 1: metadata }),
  'v1/ServiceAccount': message({ 1: metadata }),
  'v1/ConfigMap': message({
    1: metadata,
    2: ['data', { map: 'string' }],
    3: ['binaryData', { map: 'bytes' }],
    4: ['immutable', 'boolean'],
  }),
  'v1/Secret': message({
    1: metadata,
    2: ['data', { map: 'bytes' }],
    3: ['type', 'string'],
    5: ['immutable', 'boolean'],
  }),
  'policy/v1/Eviction': message({
    1: metadata,
    2: ['deleteOptions', message({ 1: ['gracePeriodSeconds', 'number'] })],
  }),
  'authentication.k8s.io/v1/SelfSubjectReview': message({ 1: metadata }),
  'authorization.k8s.io/v1/SelfSubjectAccessReview': message({
    1: metadata,
    2: [
      'spec',
      message({
        1: [
          'resourceAttributes',
          message({
            1: ['namespace', 'string'],
            2: ['verb', 'string'],
            3: ['group', 'string'],
            4: ['version', 'string'],
            5: ['resource', 'string'],
            6: ['subresource', 'string'],
            7: ['name', 'string'],
          }),
        ],
        2: [
          'nonResourceAttributes',
          message({ 1: ['path', 'string'], 2: ['verb', 'string'] }),
        ],
      }),
    ],
  }),
};

/** The envelope: what kind it is, and its bytes. */
const envelope = message({
  1: ['type', message({ 1: ['apiVersion', 'string'], 2: ['kind', 'string'] })],
  2: ['raw', 'bytes'],
});

/** Bytes of the wire types that have no length. */
const FIXED: Record<number, number> = { 1: 8, 5: 4 };

const MAGIC = Buffer.from('k8s\0');

/**
 * An object in Kubernetes' protobuf form, as JSON.
 *
 * @throws StatusError UnsupportedMediaType for kinds that are not read so
 */
export function readProtobuf(body: Buffer): JsonObject {
  const { type, raw } = body.subarray(0, MAGIC.length).equals(MAGIC)
    ? decode(body.subarray(MAGIC.length), envelope)
    : {};
  const { apiVersion, kind } = Object(type);
  const known = messages[`${apiVersion}/${kind}`];
  if (!known || typeof raw !== 'string') {
    throw new StatusError({
      code: 415,
      reason: 'UnsupportedMediaType',
      message: `the sandbox does not read ${kind ?? 'this'} of ${
        apiVersion ?? 'no version'
      } as protobuf: send it as JSON, as kubectl apply does`,
      details: {},
    });
  }
  return { ...decode(Buffer.from(raw, 'base64'), known), apiVersion, kind };
}

function decode(bytes: Buffer, { fields }: Message): JsonObject {
  const object: JsonObject = {};
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes.readUInt8(at++);
      value += (byte % 128) * scale;
      if (byte < 128) {
        return value;
      }
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const [name, field] = fields[Math.floor(key / 8)] ?? [];
    const wireType = key % 8;
    let content: Buffer | number;
    if (wireType === 0) {
      content = varint();
    } else {
      const length = wireType === 2 ? varint() : FIXED[wireType];
      content = bytes.subarray(at, at + length);
      at += length;
    }
    if (name !== undefined && field !== undefined) {
      put(object, name, field, content);
    }
  }
  return object;
}

function put(
  object: JsonObject,
  name: string,
  field: Field,
  content: Buffer | number,
) {
  if (typeof content === 'number') {
    object[name] = field === 'boolean' ? content !== 0 : content;
  } else if (field === 'strings') {
    const list = object[name];
    const items: Json[] = Array.isArray(list) ? list : [];
    object[name] = [...items, content.toString('utf8')];
  } else if (typeof field === 'object' && 'map' in field) {
    const entry = decode(
      content,
      message({ 1: ['key', 'string'], 2: ['value', field.map] }),
    );
    object[name] = {
      ...Object(object[name]),
      [String(entry.key)]: entry.value ?? '',
    };
  } else if (typeof field === 'object') {
    object[name] = decode(content, field);
  } else {
    const text = content.toString(field === 'bytes' ? 'base64' : 'utf8');
    // An empty text is one that is not there.
    if (text !== '') {
      object[name] = text;
    }
  }
}
