import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { Card, CardBody, CardHeader, Text } from '@backstage/ui';
import { parseClusterArn } from '@slipway/backstage-plugin-eks-common';
import type { Parameters } from './parameters';
import styles from './fields.module.css';
import { parseRepoUrl } from './repository';
import { eksFormTranslationRef } from './translation';

/** What the task is going to make, by name. */
export const Plan = ({ parameters }: { parameters: Parameters }) => {
  const { t } = useTranslationRef(eksFormTranslationRef);
  const { name, owner = '', pipeline, targets } = parameters;
  const repository = parseRepoUrl(parameters.repoUrl);
  const first = targets[0] && parseClusterArn(targets[0].clusterArn);

  const rows = [
    repository && {
      what: t('review.planRepository'),
      which: `${repository.host}/${repository.owner}/${repository.name}`,
      detail: t('review.planRepositoryDetail'),
    },
    first && {
      what: t('review.planRegistry'),
      which: `${first.accountId} / ${first.region} / ${name}`,
      detail: t('review.planRegistryDetail'),
    },
    // CodePipeline's roles come with its stack, which somebody else deploys.
    pipeline === 'codepipeline'
      ? undefined
      : first && {
          what: t('review.planRole'),
          which: `${first.accountId} / ${name}-pipeline`,
          detail: t('review.planRoleDetail'),
        },
    ...targets.map(target => ({
      what: `${t('review.planNamespace')} (${target.environment})`,
      which: `${parseClusterArn(target.clusterArn).name} / ${target.namespace}`,
      detail: t('review.planNamespaceDetail'),
    })),
    {
      what: t('review.planCatalog'),
      which: `component:default/${name}`,
      detail: t('review.planCatalogDetail', { owner }),
    },
  ].filter(row => row !== undefined);

  return (
    <Card>
      <CardHeader>
        <Text as="h3" variant="title-x-small">
          {t('review.planLabel')}
        </Text>
      </CardHeader>
      <CardBody>
        <table className={styles.plan}>
          <tbody>
            {rows.map(({ what, which, detail }) => (
              <tr key={`${what} ${which}`}>
                <th scope="row">{what}</th>
                <td className={styles.mono}>{which}</td>
                <td className={styles.detail}>{detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </CardBody>
    </Card>
  );
};
