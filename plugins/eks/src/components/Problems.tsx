import { Text } from '@backstage/ui';
import type { Problem } from '@slipway/backstage-plugin-eks-common/runtime';
import { useCause } from './useCause';
import { useWords } from './useWords';

/** Why a cluster could not be read, and what to do about it. */
export const Problems = ({ problems }: { problems: Problem[] }) => {
  const { t } = useWords();
  const wordsFor = useProblemWords();
  return (
    <>
      {problems.map(problem => {
        const { why, fix } = wordsFor(problem);
        return (
          <Text as="p" key={problem.code}>
            {why} <strong>{t('cluster.toFix')}</strong> {fix}
          </Text>
        );
      })}
    </>
  );
};

function useProblemWords() {
  const { t } = useWords();
  const wordsOf = useCause();
  return ({
    code,
    path,
    message,
    cause,
  }: Problem): { why: string; fix: string } => {
    const because = cause && wordsOf(cause);
    if (because) {
      return because;
    }
    const what = { path: path ?? t('problem.anything') };
    switch (code) {
      case 'unauthorized':
        return {
          why: t('problem.unauthorized'),
          fix: t('problem.unauthorizedFix'),
        };
      case 'forbidden':
        return {
          why: t('problem.forbidden', what),
          fix: t('problem.forbiddenFix'),
        };
      case 'not-found':
        return {
          why: t('problem.notFound', what),
          fix: t('problem.notFoundFix'),
        };
      case 'unreachable':
        return {
          why: t('problem.unreachable', {
            message: message ?? t('problem.noMessage'),
          }),
          fix: t('problem.unreachableFix'),
        };
      case 'server-error':
        return {
          why: t('problem.serverError', what),
          fix: t('problem.serverErrorFix'),
        };
      case 'not-known':
        return { why: t('problem.notKnown'), fix: t('problem.notKnownFix') };
      default:
        return { why: t('problem.other', what), fix: t('problem.otherFix') };
    }
  };
}
