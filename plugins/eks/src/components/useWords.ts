import {
  useTranslationRef,
  type TranslationFunction,
} from '@backstage/core-plugin-api/alpha';
import type {
  Release,
  Termination,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { eksTranslationRef } from '../translation';

/** Git's own short form of a commit, and as much of a digest. */
const COMMIT_LENGTH = 7;
const DIGEST_LENGTH = 12;

/** The translated texts, and what facts are called in them. */
export interface Words {
  t: TranslationFunction<(typeof eksTranslationRef)['T']>;
  /** How long something takes: one unit is enough. */
  duration: (milliseconds: number) => string;
  /** How long before `now` an ISO 8601 time was. */
  age: (time: string | undefined, now: Date) => string | undefined;
  /** How a container ended. */
  ending: (termination: Termination) => string;
  /** Version and commit, as far as they are known. */
  release: (release: Release) => string | undefined;
}

export function useWords(): Words {
  const { t } = useTranslationRef(eksTranslationRef);

  const duration = (milliseconds: number): string => {
    const seconds = Math.max(0, Math.round(milliseconds / 1000));
    if (seconds < 90) {
      return t('age.seconds', { n: `${seconds}` });
    }
    const minutes = Math.round(seconds / 60);
    if (minutes < 90) {
      return t('age.minutes', { n: `${minutes}` });
    }
    const hours = Math.round(minutes / 60);
    return hours < 36
      ? t('age.hours', { n: `${hours}` })
      : t('age.days', { n: `${Math.round(hours / 24)}` });
  };

  const age = (time: string | undefined, now: Date): string | undefined =>
    time === undefined
      ? undefined
      : duration(now.getTime() - new Date(time).getTime());

  const ending = ({ reason, exitCode }: Termination): string => {
    if (exitCode === undefined) {
      return reason ?? t('ending.unknown');
    }
    const code = `${exitCode}`;
    // “Error” says no more than that the exit code is not 0.
    return reason && reason !== 'Error'
      ? t('ending.reason', { reason, code })
      : t('ending.exitCode', { code });
  };

  const release = ({ version, commit }: Release): string | undefined => {
    const short = commit && `${t('sentence.commit')} ${shortCommit(commit)}`;
    return version && short ? `${version} (${short})` : (version ?? short);
  };

  return { t, duration, age, ending, release };
}

export const shortCommit = (commit: string) => commit.slice(0, COMMIT_LENGTH);

/** A digest without its algorithm, as long as tells builds apart. */
export const shortDigest = (digest: string) =>
  digest.replace(/^sha256:/, '').slice(0, DIGEST_LENGTH);
