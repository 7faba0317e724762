import { ConflictError } from '@backstage/errors';
import { isMap, parseDocument, stringify } from 'yaml';
import { z } from 'zod/v3';

/** The file in which a generated repository says what it was made with. */
export const RECORD = '.slipway.yaml';

const VERSION = /^\d+\.\d+\.\d+$/;

const recordSchema = z.object({
  template: z.object({
    name: z.string().regex(/^[a-zA-Z0-9][\w.-]{0,62}$/),
    version: z.string().regex(VERSION),
  }),
  task: z.string(),
  parameters: z
    .object({ source: z.string().optional(), runtime: z.string().optional() })
    .passthrough(),
  targets: z.array(
    z.object({
      environment: z.string(),
      clusterArn: z.string(),
      namespace: z.string(),
    }),
  ),
  beside: z.record(z.string()).optional(),
});

/** What a repository was made with. */
export type ServiceRecord = z.output<typeof recordSchema>;

/**
 * Reads a record.
 *
 * @param where - whose it is, for what is said when it cannot be read
 * @throws ConflictError when it is no record
 */
export function readRecord(text: string, where: string): ServiceRecord {
  const document = parseDocument(text);
  const found = recordSchema.safeParse(
    document.errors.length > 0 ? undefined : document.toJS(),
  );
  if (!found.success) {
    const [{ path, message }] = found.error.issues;
    const field = path.length > 0 ? `, at \`${path.join('.')}\`` : '';
    throw new ConflictError(
      `${RECORD} of ${where} cannot be read${field}: ${
        document.errors[0]?.message.split('\n')[0] ?? message
      }; bring it back from the repository's history`,
    );
  }
  return found.data;
}

/** The same record as of another version of the template, comments kept. */
export function withVersion(text: string, version: string): string {
  const document = parseDocument(text);
  document.setIn(['template', 'version'], version);
  return document.toString({ lineWidth: 0 });
}

/**
 * The same record with the generated files that gave way to one that was
 * brought in, and where they are now.
 */
export function withBeside(
  text: string,
  beside: Readonly<Record<string, string>>,
): string {
  const document = parseDocument(text);
  if (
    !isMap(document.contents) ||
    document.has('beside') ||
    Object.keys(beside).length === 0
  ) {
    return text;
  }
  return `${text.trimEnd()}\n# Generated files that gave way to one of the same name, and where they are.\n${stringify(
    { beside },
    { lineWidth: 0 },
  )}`;
}

/** Less than 0 where the first version is the older one. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map(version => version.split('.').map(Number));
  return a.map((part, index) => part - b[index]).find(Boolean) ?? 0;
}
