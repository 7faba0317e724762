import { Text } from '@backstage/ui';
import type { Explanation } from '@slipway/backstage-plugin-eks-common/runtime';
import { useExplanation } from './useExplanation';
import { useWords } from './useWords';

/** What is the matter, what the cluster says of it, and what to do. */
export const Explained = ({ explanation }: { explanation: Explanation }) => {
  const { t } = useWords();
  const [what, next] = useExplanation()(explanation);
  const said = explanation.evidence.map(text => `“${text}”`).join(', ');
  return (
    <Text as="p">
      {what}{' '}
      {said && explanation.severity !== 'info' && (
        <>
          {t('theClusterSays')} {said}.{' '}
        </>
      )}
      {next && <strong>{next}</strong>}
    </Text>
  );
};
