import { Card, CardBody, Text, VisuallyHidden } from '@backstage/ui';
import type {
  Health,
  Summary,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { Link } from 'react-router-dom';
import { linkToPod } from '../hooks/useChosenPod';
import { Explained } from './Explained';
import { ExternalLink } from './ExternalLink';
import { Pill, type Tone } from './Pill';
import styles from './runtime.module.css';
import { Sentence } from './Sentence';
import { shortDigest, useWords } from './useWords';

const TONES: Record<Health, Tone> = {
  healthy: 'good',
  progressing: 'warning',
  degraded: 'bad',
  unknown: 'neutral',
};

export const HealthPill = ({ health }: { health: Health }) => {
  const { t } = useWords();
  return <Pill tone={TONES[health]}>{t(`health.${health}`)}</Pill>;
};

/** What runs and whether it is well, with the pod to look at first. */
export const SentenceCard = ({
  summary,
  troubleLink,
}: {
  summary: Summary;
  /** Where the logs of the pod to look at first are. */
  troubleLink?: string;
}) => {
  const { t } = useWords();
  const { releases, trouble, explanation } = summary;
  return (
    <Card>
      <CardBody>
        <div className={styles.stack}>
          <div className={styles.row}>
            <HealthPill health={summary.health} />
            <Text as="h2" variant="title-x-small">
              <Sentence summary={summary} />
            </Text>
          </div>
          {explanation && <Explained explanation={explanation} />}
          {trouble && (
            <div>
              {explanation ? (
                <Link to={linkToPod(trouble)} className={styles.textLink}>
                  {t('sentence.lookAt', { pod: trouble.name })}
                </Link>
              ) : (
                <Trouble pod={trouble} />
              )}{' '}
              {troubleLink && (
                <ExternalLink href={troubleLink}>
                  {t('links.logsInsights')}
                </ExternalLink>
              )}
            </div>
          )}
          {releases.length > 0 && <Releases releases={releases} />}
        </div>
      </CardBody>
    </Card>
  );
};

const Trouble = ({ pod }: { pod: NonNullable<Summary['trouble']> }) => {
  const { t, ending } = useWords();
  const { lastTermination, restarts } = pod;
  if (restarts > 0 && lastTermination) {
    const message = pod.message ?? lastTermination.message;
    return (
      <Text as="span" className={styles.muted}>
        {t('sentence.restarted', {
          count: restarts,
          pod: pod.name,
          container: lastTermination.container,
          ending: ending(lastTermination),
        })}
        {message && ` “${message}”`}
      </Text>
    );
  }
  const state = t(`podState.${pod.state}`);
  return (
    <Text as="span" className={styles.muted}>
      {pod.message
        ? t('sentence.troubledBecause', {
            pod: pod.name,
            state,
            message: pod.message,
          })
        : t('sentence.troubled', { pod: pod.name, state })}
    </Text>
  );
};

const Releases = ({ releases }: Pick<Summary, 'releases'>) => {
  const { t, release: nameOf } = useWords();
  return (
    // What is only for screen readers is a `div`, which no paragraph may hold.
    <Text as="div" variant="body-small" className={styles.muted}>
      {releases.map((release, index) => (
        <span key={`${release.version} ${release.commit} ${release.digest}`}>
          {index > 0 && ` · ${t('sentence.besides')} `}
          {nameOf(release)}
          {release.digest && (
            <>
              {' · '}
              {t('sentence.digest')}{' '}
              <span className={styles.mono} title={release.digest}>
                <span aria-hidden="true">{shortDigest(release.digest)}</span>
                <VisuallyHidden>{release.digest}</VisuallyHidden>
              </span>
            </>
          )}
        </span>
      ))}
    </Text>
  );
};
