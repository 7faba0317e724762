import { InputError, toError } from '@backstage/errors';
import {
  validateServiceName,
  type NameAvailability,
} from '@slipway/backstage-plugin-eks-common';
import type { NameQuery, NameSource, SourceAnswer } from './types';

/** How long each place has to answer. */
const TIMEOUT_MS = 5_000;

/** How each place begins a sentence. */
const TITLES = {
  catalog: 'The catalog',
  repository: 'The git host',
  registry: 'The image registry',
} as const;

type SourceName = keyof typeof TITLES;

/**
 * Asks every place that a service's name is used in whether it is free there.
 * They are asked at the same time; one that cannot be asked is `unknown` and
 * holds up no other.
 */
export class NameCheck {
  constructor(
    private readonly sources: Record<SourceName, NameSource>,
    private readonly options: { timeoutMs?: number } = {},
  ) {}

  /**
   * @throws InputError if no service can have that name.
   */
  async check(name: string, query: NameQuery): Promise<NameAvailability> {
    const problem = validateServiceName(name);
    if (problem) {
      throw new InputError(problem);
    }
    const [catalog, repository, registry] = await Promise.all([
      this.ask('catalog', name, query),
      this.ask('repository', name, query),
      this.ask('registry', name, query),
    ]);
    return {
      name,
      catalog: catalog.availability,
      repository: repository.availability,
      registry: registry.availability,
      reasons: [catalog, repository, registry].flatMap(answer =>
        answer.availability === 'free' ? [] : [answer.reason],
      ),
    };
  }

  private async ask(
    source: SourceName,
    name: string,
    query: NameQuery,
  ): Promise<SourceAnswer> {
    const timeoutMs = this.options.timeoutMs ?? TIMEOUT_MS;
    const signal = AbortSignal.timeout(timeoutMs);
    const tooLate = new Promise<SourceAnswer>(resolve => {
      signal.addEventListener('abort', () =>
        resolve({
          availability: 'unknown',
          reason: `${TITLES[source]} did not answer within ${
            timeoutMs / 1000
          } s; whether "${name}" is free there is checked again later.`,
        }),
      );
    });
    try {
      return await Promise.race([
        this.sources[source](name, query, signal),
        tooLate,
      ]);
    } catch (error) {
      return {
        availability: 'unknown',
        reason: `${TITLES[source]} could not be asked: ${
          toError(error).message
        }.`,
      };
    }
  }
}
