import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { Flex } from '@backstage/ui';
import styles from './fields.module.css';
import type { Parameters } from './parameters';
import { Plan } from './Plan';
import { Preflight } from './Preflight';

/**
 * The last look before anything is made: what was checked, and what will be
 * made. It holds no value of its own.
 */
export const ReviewField = (props: FieldExtensionComponentProps<null>) => {
  const parameters: Parameters = {
    name: '',
    targets: [],
    ...props.formContext?.formData,
  };
  return (
    <Flex direction="column" gap="4" className={styles.field}>
      <Preflight parameters={parameters} />
      <Plan parameters={parameters} />
    </Flex>
  );
};
