import { z } from 'zod/v3';
import { parse } from 'yaml';

/** A repository as its host describes it, and what it says of itself. */
export interface GitRepository {
  /** `acme/orders` */
  name: string;
  /** Address of its page. */
  url: string;
  createdAt: Date;
  defaultBranch: string;
  /** Nothing was ever pushed to it. */
  empty: boolean;
  /** Nothing can be pushed to it any more. */
  archived: boolean;
  /** Id of the task that made it, as the repository records it. */
  task?: string;
  /** Name of the service that it was made for, as the repository records it. */
  service?: string;
}

/** A repository by its place, whether it exists or not, and what can be done to it. */
export interface RepositoryPlace {
  host: string;
  /** `acme/orders` */
  name: string;
  /**
   * Addresses that the catalog may have registered a file of it under.
   *
   * @param repository - as it was read
   */
  locationsOf(repository: GitRepository, file: string): string[];
  /**
   * Looks at it.
   *
   * @returns undefined when there is none, or the portal may not see it
   * @throws ServiceUnavailableError when the host gives no usable answer
   */
  read(): Promise<GitRepository | undefined>;
  /**
   * Removes it for good. One that is gone already is no error.
   *
   * @throws NotAllowedError when the integration's token may not
   */
  remove(): Promise<void>;
  /**
   * Makes it read-only: its pipelines run no more, and it can be brought back.
   *
   * @throws NotAllowedError when the integration's token may not
   */
  archive(): Promise<void>;
}

/** The file in which a generated repository says what it was made with. */
export const RECORD = '.slipway.yaml';

const recordSchema = z.object({
  task: z.string().optional(),
  parameters: z.object({ name: z.string().optional() }).optional(),
});

/** Reads what a repository records of itself. */
export function readRecord(
  text: string,
): Pick<GitRepository, 'task' | 'service'> {
  try {
    const record = recordSchema.safeParse(parse(text)).data;
    return { task: record?.task, service: record?.parameters?.name };
  } catch {
    // Whoever changed the file so that it cannot be read made it theirs.
    return {};
  }
}

/** What an answer has in JSON; undefined where it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
