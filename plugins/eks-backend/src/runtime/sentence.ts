import type { Summary } from '@slipway/backstage-plugin-eks-common/runtime';

/** Answers 'is it healthy, and what runs?' in one English sentence. */
export function sentenceOf(entityRef: string, summary: Summary): string {
  const { stage, ready, total, failing, unreadable } = summary;
  const parts = [
    `${entityRef}: ${stageOf(summary)}`,
    ...(failing > 0 ? [`${failing} of its pods keep failing`] : []),
    ...(stage !== 'nothing-deployed' && stage !== 'unreadable'
      ? [`${ready} of ${total} pods are ready`]
      : []),
    ...releasesOf(summary),
    ...troubleOf(summary),
    ...(unreadable.length > 0 && stage !== 'unreadable'
      ? [`what is in ${unreadable.join(', ')} is not known`]
      : []),
  ];
  return `${parts.join('; ')}.`;
}

function stageOf({ stage, health, clusters, unreadable }: Summary): string {
  const where = clusters.length > 0 ? ` in ${clusters.join(', ')}` : '';
  switch (stage) {
    case 'nothing-deployed':
      return 'nothing is deployed';
    case 'unreadable':
      return `none of its clusters could be read (${unreadable.join(', ')})`;
    case 'stopped':
      return `stopped${where}`;
    case 'rolling-out':
      return `rolling out${where}`;
    default:
      return `${health}${where}`;
  }
}

function releasesOf({ releases }: Summary): string[] {
  const names = releases.flatMap(({ version, commit, digest }) => {
    const build = version ?? digest?.slice(0, 19);
    const source = commit && `commit ${commit.slice(0, 7)}`;
    const name = [build, source].filter(Boolean).join(', ');
    return name ? [name] : [];
  });
  return names.length > 0 ? [`runs ${names.join(' and ')}`] : [];
}

function troubleOf({ trouble }: Summary): string[] {
  if (!trouble) {
    return [];
  }
  const why = [trouble.reason, trouble.message].filter(Boolean).join(': ');
  return [`look at pod ${trouble.name} first${why ? ` (${why})` : ''}`];
}
