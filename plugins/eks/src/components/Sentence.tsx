import type { Summary } from '@slipway/backstage-plugin-eks-common/runtime';
import { useWords } from './useWords';

/** The summary as one or two sentences. */
export const Sentence = ({ summary }: { summary: Summary }) => {
  const { t, release } = useWords();
  const clusters = summary.clusters.join(', ');
  const unreadable = summary.unreadable.join(', ');
  const { stale } = summary;
  const counts = {
    count: summary.total,
    ready: `${summary.ready}`,
    clusters,
  };

  const first = () => {
    switch (summary.stage) {
      case 'nothing-deployed':
        return t('sentence.nothing');
      case 'unreadable':
        return t('sentence.unreadable', { clusters: unreadable });
      case 'stopped':
        return t('sentence.stopped', { clusters });
      case 'rolling-out':
        return t('sentence.rollingOut', {
          ...counts,
          release:
            (summary.releases[0] && release(summary.releases[0])) ??
            t('sentence.aNewVersion'),
        });
      default:
        return t('sentence.running', counts);
    }
  };
  const sentences = [
    first(),
    summary.failing > 0 && t('sentence.failing', { count: summary.failing }),
    summary.stage !== 'unreadable' &&
      unreadable !== '' &&
      t('sentence.alsoUnreadable', { clusters: unreadable }),
    stale?.asOf &&
      t('sentence.stale', {
        clusters: stale.clusters.join(', '),
        time: new Date(stale.asOf).toLocaleTimeString(),
      }),
  ];
  return <>{sentences.filter(Boolean).join(' ')}</>;
};
