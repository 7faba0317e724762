import type { LoggerService } from '@backstage/backend-plugin-api';
import type { PreflightCheck } from '@slipway/backstage-plugin-eks-common';
import { withSignal } from '../lib/deadline';
import { isOurs } from '../lib/explain';
import type { Finding, Report } from './report';

/** For how long, and to whom unexpected things are told. */
export interface Patience {
  /** Ends everything at once: the task was cancelled, the browser has gone. */
  signal?: AbortSignal;
  /** When what is not known by then is reported as not known. */
  deadline: AbortSignal;
  logger: LoggerService;
}

/** A check that asks somebody. */
export interface Question {
  check: PreflightCheck;
  /** What is not known if there is no answer: `Whether acme/orders is free`. */
  what: string;
  /** Parameter to change, where not to know means that a later step fails. */
  failing?: string;
}

/**
 * Asks somebody, and reports when there is no answer. What errors say that are
 * not the portal's own stays in the log: the report goes to browsers.
 *
 * @returns whether there was an answer
 */
export async function guard(
  report: Report,
  { check, what, failing }: Question,
  { signal, deadline, logger }: Patience,
  ask: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const either = AbortSignal.any([deadline, ...(signal ? [signal] : [])]);
  try {
    await withSignal(ask(either), either);
    return true;
  } catch (error) {
    signal?.throwIfAborted();
    if (deadline.aborted) {
      report.warning(check, {
        message: `${what} is not known: there was no answer in time`,
        remedy: 'check again',
      });
      return false;
    }
    if (!isOurs(error)) {
      logger.warn(`Preflight: ${what}: ${String(error)}`);
    }
    const finding = isOurs(error)
      ? findingOf(error)
      : {
          ...findingOf(error),
          message: `${what} is not known: something went wrong`,
        };
    if (failing === undefined) {
      report.warning(check, finding);
    } else {
      report.failed(check, { ...finding, field: failing });
    }
    return false;
  }
}

/** What an error says, and what to do about it. */
export function findingOf(error: unknown): Finding {
  return isOurs(error)
    ? findingIn(error.message)
    : {
        message: 'something went wrong',
        remedy: 'check again; the log of the portal says what it was',
      };
}

/**
 * What a message says, and what to do about it: the messages of the portal
 * name the thing, the cause and, after the last semicolon, the next step.
 */
export function findingIn(message: string): Finding {
  const cut = message.lastIndexOf('; ');
  return cut < 0
    ? { message }
    : { message: message.slice(0, cut), remedy: message.slice(cut + 2) };
}
