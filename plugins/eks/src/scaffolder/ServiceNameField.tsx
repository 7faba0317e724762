import { configApiRef, useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { scmIntegrationsApiRef } from '@backstage/integration-react';
import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { Flex, Text, TextField } from '@backstage/ui';
import {
  validateServiceName,
  type NameAvailability,
} from '@slipway/backstage-plugin-eks-common';
import { eksApiRef } from '../api/EksApi';
import styles from './fields.module.css';
import { repositoryPlaces, repoUrlOf } from './repository';
import { eksFormTranslationRef } from './translation';
import { useAnswer, type Answer } from './useAnswer';

const TYPING_PAUSE_MILLISECONDS = 400;

/** The name, checked while it is typed: by its form, then by who may have it. */
export const ServiceNameField = (
  props: FieldExtensionComponentProps<string>,
) => {
  const { formData = '', onChange, rawErrors, formContext } = props;
  const { t } = useTranslationRef(eksFormTranslationRef);
  const eks = useApi(eksApiRef);
  const { pipeline = 'github-actions' }: { pipeline?: string } =
    formContext?.formData ?? {};
  const [repository] = repositoryPlaces(
    useApi(configApiRef),
    pipeline,
    useApi(scmIntegrationsApiRef),
  );
  const problem = formData ? validateServiceName(formData) : undefined;

  const repoUrl: string | undefined =
    formContext?.formData?.repoUrl ??
    (repository && repoUrlOf({ ...repository, name: formData }));
  const answer = useAnswer(
    formData && !problem ? `${formData} ${repoUrl}` : undefined,
    signal => eks.checkName(formData, { repoUrl }, { signal }),
    TYPING_PAUSE_MILLISECONDS,
  );

  return (
    <Flex direction="column" gap="1" bg="neutral" className={styles.field}>
      <TextField
        label={t('name.label')}
        description={t('name.help')}
        value={formData}
        onChange={onChange}
        isRequired={props.required}
        isInvalid={Boolean(problem) || Boolean(rawErrors?.length)}
        // Shown, and left to the form: the browser would not send a corrected
        // value while the error of the one before is there.
        validationBehavior="aria"
        autoComplete="off"
        spellCheck="false"
      />
      <div role="status">
        <NameState problem={problem} answer={answer} />
      </div>
    </Flex>
  );
};

const NameState = (props: {
  problem?: string;
  answer: Answer<NameAvailability>;
}) => {
  const { t } = useTranslationRef(eksFormTranslationRef);
  const { value, error, loading } = props.answer;
  if (props.problem) {
    return <Text color="danger">{props.problem}</Text>;
  }
  if (loading) {
    return <Text color="secondary">{t('name.checking')}</Text>;
  }
  if (error) {
    return (
      <Text color="warning">
        {t('name.notAsked', { reason: error.message })}
      </Text>
    );
  }
  if (!value) {
    return null;
  }
  const states = [value.catalog, value.repository, value.registry];
  if (states.includes('taken')) {
    return <Text color="danger">{value.reasons.join(' ')}</Text>;
  }
  if (states.includes('unknown')) {
    return (
      <Text color="warning">
        {t('name.unknown', { reasons: value.reasons.join(' ') })}
      </Text>
    );
  }
  return <Text color="success">{t('name.free')}</Text>;
};
