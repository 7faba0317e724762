import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { Flex, Radio, RadioGroup, Text } from '@backstage/ui';
import { useEffect } from 'react';
import { eksFormTranslationRef } from './translation';
import styles from './fields.module.css';

/** The runtimes the template offers, as the cards describe them. */
const runtimes = [
  { id: 'nodejs', title: 'runtime.nodejsTitle', text: 'runtime.nodejsText' },
  { id: 'python', title: 'runtime.pythonTitle', text: 'runtime.pythonText' },
  { id: 'java', title: 'runtime.javaTitle', text: 'runtime.javaText' },
  { id: 'go', title: 'runtime.goTitle', text: 'runtime.goText' },
  { id: 'static', title: 'runtime.staticTitle', text: 'runtime.staticText' },
] as const;

/** One card for each runtime that the template's schema allows. */
export const RuntimeField = (props: FieldExtensionComponentProps<string>) => {
  const { formData, onChange, schema } = props;
  const { t } = useTranslationRef(eksFormTranslationRef);
  const offered = runtimes.filter(
    ({ id }) => !schema.enum || schema.enum.includes(id),
  );

  const only = offered.length === 1 ? offered[0].id : undefined;
  useEffect(() => {
    if (!formData && only) {
      onChange(only);
    }
  }, [formData, only, onChange]);

  return (
    <RadioGroup
      className={styles.field}
      label={t('runtime.label')}
      value={formData ?? ''}
      onChange={onChange}
      isRequired={props.required}
    >
      {offered.map(({ id, title, text }) => (
        <Radio key={id} value={id} className={styles.card}>
          <Flex direction="column" gap="1">
            <Text weight="bold">{t(title)}</Text>
            <Text color="secondary">{t(text)}</Text>
          </Flex>
        </Radio>
      ))}
    </RadioGroup>
  );
};
