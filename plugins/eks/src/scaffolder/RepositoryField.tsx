import { configApiRef, useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { scmIntegrationsApiRef } from '@backstage/integration-react';
import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { Flex, Text } from '@backstage/ui';
import { useEffect, useRef } from 'react';
import styles from './fields.module.css';
import {
  hostsFor,
  parseRepoUrl,
  repositoryPlaces,
  repoUrlOf,
} from './repository';
import { eksFormTranslationRef } from './translation';

/**
 * The scaffolder's own RepoUrlPicker, filled in: the configured host and
 * organisation of the pipeline, and the service's name.
 */
export const RepositoryField = (
  props: FieldExtensionComponentProps<string>,
) => {
  const { formData, onChange, formContext, registry, uiSchema } = props;
  const { t } = useTranslationRef(eksFormTranslationRef);
  const config = useApi(configApiRef);
  const integrations = useApi(scmIntegrationsApiRef);
  const form: { name?: string; pipeline?: string } =
    formContext?.formData ?? {};
  const { name, pipeline = 'github-actions' } = form;
  const places = repositoryPlaces(config, pipeline, integrations);
  const [place] = places;
  const proposal = place && name ? repoUrlOf({ ...place, name }) : undefined;
  const hosts = place
    ? places.map(({ host }) => host)
    : hostsFor(pipeline, integrations);
  const chosen = parseRepoUrl(formData);
  // Chosen for another pipeline, which runs elsewhere.
  const misplaced = chosen !== undefined && !hosts.includes(chosen.host);

  const proposed = useRef(false);
  useEffect(() => {
    if (proposal && (misplaced || (!proposed.current && !formData))) {
      onChange(proposal);
    }
    proposed.current = true;
  }, [formData, misplaced, proposal, onChange]);

  const RepoUrlPicker = registry.fields.RepoUrlPicker;
  // The picker reads what it starts with once, so it waits for the proposal.
  if (proposal && (misplaced || !formData)) {
    return null;
  }
  return (
    <Flex direction="column" gap="2" className={styles.field}>
      <RepoUrlPicker
        key={hosts.join()}
        {...props}
        uiSchema={{
          ...uiSchema,
          'ui:options': {
            allowedHosts: hosts,
            ...uiSchema['ui:options'],
          },
        }}
      />
      <Text color="secondary">{t('repository.help')}</Text>
    </Flex>
  );
};
