import { Text } from '@backstage/ui';
import type { LookFurther as Place } from '@slipway/backstage-plugin-eks-common/runtime';
import { ExternalLink } from './ExternalLink';
import styles from './runtime.module.css';
import { useWords } from './useWords';

/** Where to look further: the AWS console and the pipeline. */
export const LookFurther = ({
  cluster,
  places,
  pipeline,
}: {
  /** As people call it. */
  cluster: string;
  places: Place[];
  pipeline?: string;
}) => {
  const { t } = useWords();
  const nameOf = ({ name, workload }: Place) => {
    if (name === 'containerInsightsWorkload') {
      return t('links.containerInsightsWorkload', {
        workload: workload ?? '',
      });
    }
    return name === 'logsInsights' && workload
      ? t('links.logsInsightsWorkload', { workload })
      : t(`links.${name}`);
  };
  if (places.length === 0 && !pipeline) {
    return null;
  }
  return (
    <nav aria-label={`${t('links.title')}: ${cluster}`}>
      <Text as="h4" variant="body-small" weight="bold">
        {t('links.title')}
      </Text>
      <ul className={styles.links}>
        {places.map(place => (
          <li key={place.href}>
            <ExternalLink href={place.href}>{nameOf(place)}</ExternalLink>
          </li>
        ))}
        {pipeline && (
          <li>
            <ExternalLink href={pipeline}>{t('links.pipeline')}</ExternalLink>
          </li>
        )}
      </ul>
    </nav>
  );
};
