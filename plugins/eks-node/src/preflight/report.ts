import type {
  PreflightCheck,
  PreflightLine,
} from '@slipway/backstage-plugin-eks-common';
import type { FieldProblem } from '@slipway/backstage-plugin-eks-node/resources';

/**
 * What was found, and what to do about it.
 *
 * @public
 */
export interface Finding {
  message: string;
  remedy?: string;
}

/**
 * Something that would make a later step fail, by the parameter to change.
 *
 * @public
 */
export interface Failure extends Finding {
  field: string;
}

/**
 * Collects what the checks found.
 *
 * @public
 */
export class Report {
  readonly lines: PreflightLine[] = [];
  readonly #environment?: string;

  /** @param environment - of the target that this report is about */
  constructor(environment?: string) {
    this.#environment = environment;
  }

  /** Whether a later step would fail. */
  get failing(): boolean {
    return this.lines.some(({ status }) => status === 'failed');
  }

  /** What failed, for the message of an error. */
  get problems(): FieldProblem[] {
    return this.lines.flatMap(({ status, field, message, remedy }) =>
      status === 'failed'
        ? [
            {
              field: field ?? 'input',
              message: remedy ? `${message}; ${lowerFirst(remedy)}` : message,
            },
          ]
        : [],
    );
  }

  passed(check: PreflightCheck, message: string) {
    this.#add({ check, status: 'passed', message });
  }

  /** Something that does not stop the service, or that could not be found out. */
  warning(check: PreflightCheck, { message, remedy }: Finding) {
    this.#add({ check, status: 'warning', message, remedy });
  }

  /** Something that would make a later step fail. */
  failed(check: PreflightCheck, { field, message, remedy }: Failure) {
    this.#add({ check, status: 'failed', message, remedy, field });
  }

  /** Passed without failures, failed with each of them otherwise. */
  judge(check: PreflightCheck, failures: Failure[], message: string) {
    if (failures.length === 0) {
      this.passed(check, message);
    }
    for (const failure of failures) {
      this.failed(check, failure);
    }
  }

  /** Takes over the lines of another report. */
  append(other: Report) {
    this.lines.push(...other.lines);
  }

  #add({ check, status, message, remedy, field }: PreflightLine) {
    this.lines.push({
      check,
      status,
      message: endless(message),
      ...(remedy && { remedy: endless(remedy) }),
      ...(this.#environment !== undefined && {
        environment: this.#environment,
      }),
      ...(field !== undefined && { field }),
    });
  }
}

/** Sentences are put together here, so they come without their full stop. */
function endless(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLocaleLowerCase('en-US') + text.slice(1);
}
