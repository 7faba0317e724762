import type {
  ConnectionCause,
  ConnectionCauseCode,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { useWords } from './useWords';

/** Why, and what to do about it. */
export interface CauseWords {
  why: string;
  fix: string;
}

/**
 * Puts into the reader's language why a cluster is not read: every code has its
 * words. One of a later version of the backend has none.
 */
export function useCause(): (cause: ConnectionCause) => CauseWords | undefined {
  const { t } = useWords();
  return ({ code, facts }) => {
    const text = (name: string) =>
      facts[name] === undefined || facts[name] === ''
        ? t('cause.noWords')
        : `${facts[name]}`;
    const words: Record<ConnectionCauseCode, () => CauseWords> = {
      'no-access': () => ({
        why: t('cause.noAccess', { role: text('role') }),
        fix: t('cause.noAccessFix'),
      }),
      'access-lost': () => ({
        why: t('cause.accessLost', { role: text('role') }),
        fix: t('cause.accessLostFix'),
      }),
      clock: () => ({
        why: t('cause.clock', {
          minutes: text('minutes'),
          direction: t(
            facts.direction === 'ahead' ? 'cause.ahead' : 'cause.behind',
          ),
        }),
        fix: t('cause.clockFix'),
      }),
      'token-expired': () => ({
        why: t('cause.tokenExpired', {
          time: new Date(text('time')).toLocaleTimeString(),
        }),
        fix: t('cause.tokenExpiredFix'),
      }),
      forbidden: () => ({
        why: t('cause.forbidden', { action: text('action') }),
        fix: t('cause.forbiddenFix'),
      }),
      busy: () => ({ why: t('cause.busy'), fix: t('cause.busyFix') }),
      failing: () => ({
        why: t('cause.failing', { status: text('status') }),
        fix: t('cause.failingFix'),
      }),
      'certificate-expired': () => ({
        why: t('cause.certificateExpired'),
        fix: t('cause.certificateExpiredFix'),
      }),
      'certificate-early': () => ({
        why: t('cause.certificateEarly'),
        fix: t('cause.certificateEarlyFix'),
      }),
      'certificate-foreign': () => ({
        why: t('cause.certificateForeign'),
        fix: t('cause.certificateForeignFix'),
      }),
      'certificate-host': () => ({
        why: t('cause.certificateHost'),
        fix: t('cause.certificateHostFix'),
      }),
      'no-answer': () => ({
        why: t('cause.noAnswer'),
        fix: t('cause.noAnswerFix'),
      }),
      'no-connection': () => ({
        why: t('cause.noConnection', { said: text('said') }),
        fix: t('cause.noConnectionFix'),
      }),
      'not-understood': () => ({
        why: t('cause.notUnderstood', { said: text('said') }),
        fix: t('cause.notUnderstoodFix'),
      }),
      credentials: () => ({
        why: t('cause.credentials', { message: text('message') }),
        fix: t('cause.credentialsFix'),
      }),
      'too-many-objects': () => ({
        why: t('cause.tooManyObjects', {
          maximum: text('maximum'),
          kind: text('kind'),
        }),
        fix: t('cause.tooManyObjectsFix'),
      }),
      'too-many-watches': () => ({
        why: t('cause.tooManyWatches', { maximum: text('maximum') }),
        fix: t('cause.tooManyWatchesFix'),
      }),
      'not-known': () => ({
        why: t('cause.notKnown'),
        fix: t('cause.notKnownFix'),
      }),
    };
    return Object.hasOwn(words, code) ? words[code]() : undefined;
  };
}
