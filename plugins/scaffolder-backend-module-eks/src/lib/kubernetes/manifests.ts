import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { promises as fs } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { FieldProblem } from '../input';
import { KubernetesObject } from '@slipway/backstage-plugin-eks-node/resources';

/** The most documents that one action applies. */
const maximumDocuments = 100;

/** The most that is read of manifests, in characters. */
const maximumLength = 1_000_000;

/** A document and where it was written. */
export interface Manifest {
  /** Where: `manifests[0]`, `path` with the file's name and the document's number. */
  field: string;
  object: KubernetesObject;
}

/** Manifests that could be read, and what is wrong with the others. */
export interface ManifestReading {
  manifests: Manifest[];
  problems: FieldProblem[];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A version, with the group in front unless it is the core group. */
const apiVersionPattern = /^([a-z0-9]+([.-][a-z0-9]+)*\/)?v[a-z0-9]+$/;

/** Names of objects as Kubernetes takes them in paths. */
const namePattern = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

function isStringRecord(value: unknown): value is Record<string, string> {
  return (
    isObject(value) &&
    Object.values(value).every(item => typeof item === 'string')
  );
}

function readObject(field: string, value: unknown): ManifestReading {
  const refuse = (message: string): ManifestReading => ({
    manifests: [],
    problems: [{ field, message }],
  });
  if (!isObject(value)) {
    return refuse('this is no Kubernetes object');
  }
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    return refuse('a Kubernetes object has an `apiVersion` and a `kind`');
  }
  if (!apiVersionPattern.test(apiVersion)) {
    return refuse(`\`${apiVersion}\` is no \`apiVersion\``);
  }
  if (apiVersion === 'v1' && kind === 'List') {
    const items = Array.isArray(value.items) ? value.items : [];
    return join(
      items.map((item, index) => readObject(`${field}.items[${index}]`, item)),
    );
  }
  if (!isObject(metadata) || typeof metadata.name !== 'string') {
    return refuse(`the ${kind} has no \`metadata.name\``);
  }
  const { name, namespace, labels, annotations } = metadata;
  if (!namePattern.test(name)) {
    return refuse(
      `\`${name}\` is no name for a Kubernetes object: lower-case letters, digits, \`-\` and \`.\``,
    );
  }
  if (namespace !== undefined && typeof namespace !== 'string') {
    return refuse(`the namespace of ${kind} \`${name}\` is no text`);
  }
  for (const [key, entries] of Object.entries({ labels, annotations })) {
    if (entries !== undefined && !isStringRecord(entries)) {
      return refuse(
        `the ${key} of ${kind} \`${name}\` are not all texts; put numbers and true or false in quotes`,
      );
    }
  }
  return {
    manifests: [
      {
        field,
        object: {
          ...value,
          apiVersion,
          kind,
          metadata: {
            ...metadata,
            name,
            namespace,
            labels: isStringRecord(labels) ? labels : undefined,
            annotations: isStringRecord(annotations) ? annotations : undefined,
          },
        },
      },
    ],
    problems: [],
  };
}

function join(readings: ManifestReading[]): ManifestReading {
  return {
    manifests: readings.flatMap(({ manifests }) => manifests),
    problems: readings.flatMap(({ problems }) => problems),
  };
}

function readYaml(field: string, text: string): ManifestReading {
  if (text.length > maximumLength) {
    return {
      manifests: [],
      problems: [
        {
          field,
          message: `manifests have at most ${maximumLength} characters, these have ${text.length}`,
        },
      ],
    };
  }
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) {
    return { manifests: [], problems: [] };
  }
  return join(
    documents.map((document, index): ManifestReading => {
      const where = `${field}[${index}]`;
      if (document.errors.length > 0) {
        return {
          manifests: [],
          problems: [
            {
              field: where,
              message: `this is not YAML: ${document.errors[0].message}`,
            },
          ],
        };
      }
      let value: unknown;
      try {
        value = document.toJS({ maxAliasCount: 50 });
      } catch (error) {
        return {
          manifests: [],
          problems: [
            {
              field: where,
              message: `this YAML cannot be read: ${
                error instanceof Error ? error.message : 'unknown cause'
              }`,
            },
          ],
        };
      }
      return value === null || value === undefined
        ? { manifests: [], problems: [] }
        : readObject(where, value);
    }),
  );
}

/** Reads manifests that were given in the input. */
export function readInlineManifests(
  manifests: string | Record<string, unknown>[],
): ManifestReading {
  const reading =
    typeof manifests === 'string'
      ? readYaml('manifests', manifests)
      : join(
          manifests.map((object, index) =>
            readObject(`manifests[${index}]`, object),
          ),
        );
  return limit('manifests', reading);
}

/**
 * Reads the manifests of a file, or of all `.yaml`, `.yml` and `.json` files
 * below a folder in the order of their names.
 *
 * @param workspacePath - folder of the task; nothing outside of it is read
 * @throws NotAllowedError when the path leads out of the workspace
 */
export async function readManifestFiles(
  workspacePath: string,
  path: string,
): Promise<ManifestReading> {
  const root = resolveSafeChildPath(workspacePath, path);
  let isFolder: boolean;
  try {
    isFolder = (await fs.stat(root)).isDirectory();
  } catch {
    return {
      manifests: [],
      problems: [
        { field: 'path', message: `there is no \`${path}\` in the workspace` },
      ],
    };
  }
  const files = isFolder
    ? (await fs.readdir(root, { recursive: true }))
        .filter(file => /\.(ya?ml|json)$/i.test(file))
        .sort()
    : [''];
  const readings = [];
  for (const file of files) {
    // A link inside of the folder may lead out of the workspace as well.
    const full = resolveSafeChildPath(
      workspacePath,
      file ? `${path}/${file}` : path,
    );
    const text = await fs.readFile(full, 'utf8');
    readings.push(readYaml(`path: ${file ? `${path}/${file}` : path}`, text));
  }
  return limit('path', join(readings));
}

function limit(field: string, reading: ManifestReading): ManifestReading {
  const { manifests, problems } = reading;
  if (problems.length > 0) {
    return reading;
  }
  if (manifests.length === 0) {
    return {
      manifests,
      problems: [{ field, message: 'there is no Kubernetes object in it' }],
    };
  }
  if (manifests.length > maximumDocuments) {
    return {
      manifests: [],
      problems: [
        {
          field,
          message: `at most ${maximumDocuments} objects are applied at once, these are ${manifests.length}`,
        },
      ],
    };
  }
  return reading;
}
