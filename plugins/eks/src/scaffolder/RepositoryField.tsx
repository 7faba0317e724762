import { configApiRef, useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { Flex, Text } from '@backstage/ui';
import { useEffect, useRef } from 'react';
import styles from './fields.module.css';
import { defaultRepository, repoUrlOf } from './repository';
import { eksFormTranslationRef } from './translation';

/**
 * The scaffolder's own RepoUrlPicker, filled in: the configured host and
 * organisation, and the service's name.
 */
export const RepositoryField = (
  props: FieldExtensionComponentProps<string>,
) => {
  const { formData, onChange, formContext, registry, uiSchema } = props;
  const { t } = useTranslationRef(eksFormTranslationRef);
  const place = defaultRepository(useApi(configApiRef));
  const name: string | undefined = formContext?.formData?.name;
  const proposal = place && name ? repoUrlOf({ ...place, name }) : undefined;

  const proposed = useRef(false);
  useEffect(() => {
    if (!proposed.current && !formData && proposal) {
      onChange(proposal);
    }
    proposed.current = true;
  }, [formData, proposal, onChange]);

  const RepoUrlPicker = registry.fields.RepoUrlPicker;
  // The picker reads what it starts with once, so it waits for the proposal.
  if (!formData && proposal) {
    return null;
  }
  return (
    <Flex direction="column" gap="2" className={styles.field}>
      <RepoUrlPicker
        {...props}
        uiSchema={{
          ...uiSchema,
          'ui:options': {
            ...(place && { allowedHosts: [place.host] }),
            ...uiSchema['ui:options'],
          },
        }}
      />
      <Text color="secondary">{t('repository.help')}</Text>
    </Flex>
  );
};
