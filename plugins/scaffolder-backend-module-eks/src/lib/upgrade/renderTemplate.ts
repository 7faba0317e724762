import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { InputError, ResponseError, toError } from '@backstage/errors';
import type { ScaffolderService } from '@backstage/plugin-scaffolder-node';
import type { JsonObject } from '@backstage/types';
import { z } from 'zod/v3';
import { parseObject } from '../jsonObject';
import type { Tree, TreeFile } from './mergeTrees';
import { RECORD, readRecord, type ServiceRecord } from './record';
import type { TemplateVersion } from './templateVersions';

/** Steps that only look, or only write into the workspace. */
const RENDERING = [
  'aws:eks:service:preflight',
  'aws:eks:cluster:describe',
  'eks:source:fetch',
  'fetch:plain',
  'fetch:plain:file',
  'fetch:template',
  'fetch:template:file',
  'fs:delete',
  'fs:rename',
];

/**
 * Fills in a version of a template with what was entered for a service, by the
 * scaffolder's own dry run: the steps that make or change anything elsewhere
 * are left out.
 *
 * @returns the files that the repository would have
 * @throws InputError where that version does not take what was entered
 */
export async function renderTemplate(
  version: TemplateVersion,
  record: ServiceRecord,
  options: {
    scaffolder: Pick<ScaffolderService, 'dryRun'>;
    credentials: BackstageCredentials;
    /** Address of the service's own repository. */
    repository: string;
    /** What is rendered, for what is said when it fails. */
    name: string;
  },
): Promise<Tree> {
  const { scaffolder, credentials, repository, name } = options;
  const template = structuredClone(version.template);
  template.spec.output = {};
  template.spec.steps = template.spec.steps
    .filter(({ action }) => RENDERING.includes(action))
    .map(step => ({
      ...step,
      input: { ...step.input, ...given(step.action) },
    }));

  function given(action: string): JsonObject {
    if (action === 'aws:eks:service:preflight') {
      // What it finds is there: the service itself.
      return { failOnProblems: false };
    }
    // The source is in the repository; where it came from may be gone.
    return action === 'eks:source:fetch'
      ? { sourceUrl: repository, history: false }
      : {};
  }

  const { directoryContents } = await scaffolder
    .dryRun(
      {
        template,
        values: valuesOf(record),
        directoryContents: [...version.files].map(([path, content]) => ({
          path,
          base64Content: content.toString('base64'),
        })),
      },
      { credentials },
    )
    .catch(error => {
      throw explained(error, name);
    });
  const files = new Map<string, TreeFile>(
    directoryContents.map(({ path, base64Content, executable = false }) => [
      path,
      { content: Buffer.from(base64Content, 'base64'), executable },
    ]),
  );
  return withTask(files, record.task, name);
}

/** What was entered, under the names of the form. */
function valuesOf({ parameters, targets }: ServiceRecord): JsonObject {
  const { runtime } = parameters;
  return JSON.parse(
    JSON.stringify({
      ...parameters,
      targets,
      ...(parameters.source === 'existing' && { sourceRuntime: runtime }),
    }),
  );
}

/** A dry run has an id of its own, and the record names the task that was. */
function withTask(
  files: Map<string, TreeFile>,
  task: string,
  name: string,
): Tree {
  const file = files.get(RECORD);
  if (file) {
    const text = file.content.toString('utf8');
    const { task: own } = readRecord(text, name);
    files.set(RECORD, {
      ...file,
      content: Buffer.from(text.replaceAll(own, task)),
    });
  }
  return files;
}

const refusalSchema = z.object({
  errors: z.array(z.object({ property: z.string(), message: z.string() })),
});

function explained(error: unknown, name: string): Error {
  const { message } = toError(
    error instanceof ResponseError ? error.cause : error,
  );
  // The scaffolder's own answer stands behind what its client says of it.
  const refusal = refusalSchema.safeParse(
    parseObject(message.slice(message.indexOf('{'))),
  );
  if (refusal.success) {
    const problems = refusal.data.errors.map(
      ({ property, message: said }) =>
        `\`${property.replace(/^instance\.?/, '')}\` ${said}`,
    );
    return new InputError(
      `${name} does not take what ${RECORD} says was entered: ${problems.join('; ')}; change it there, and run this again`,
    );
  }
  return new Error(`${name} cannot be filled in: ${message}`, { cause: error });
}
