import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import {
  validateScaling,
  type Scaling,
} from '@slipway/backstage-plugin-eks-common';
import { Flex, NumberField, Slider, Text } from '@backstage/ui';
import styles from './fields.module.css';
import { eksFormTranslationRef } from './translation';

const usual: Scaling = {
  minReplicas: 3,
  maxReplicas: 10,
  targetCpuUtilization: 70,
};

/** The slider ends here; a template that needs more allows it in its schema. */
const SLIDER_MAX = 50;

/** A slider from the fewest to the most pods, and the CPU target. */
export const ScalingField = (props: FieldExtensionComponentProps<Scaling>) => {
  const { formData, onChange } = props;
  const { t } = useTranslationRef(eksFormTranslationRef);
  const scaling = { ...usual, ...formData };
  const problem = validateScaling(scaling);

  return (
    <Flex direction="column" gap="3" bg="neutral" className={styles.field}>
      <Text as="h3" variant="title-x-small">
        {t('scaling.label')}
      </Text>
      <Slider
        label={t('scaling.range')}
        minValue={1}
        maxValue={SLIDER_MAX}
        value={[scaling.minReplicas, scaling.maxReplicas]}
        onChange={([minReplicas, maxReplicas]) =>
          onChange({ ...scaling, minReplicas, maxReplicas })
        }
      />
      <NumberField
        label={t('scaling.cpu')}
        minValue={1}
        maxValue={100}
        value={scaling.targetCpuUtilization}
        onChange={targetCpuUtilization =>
          onChange({ ...scaling, targetCpuUtilization })
        }
      />
      <Text color={problem ? 'danger' : 'secondary'}>
        {problem ??
          t('scaling.help', {
            target: scaling.targetCpuUtilization.toString(),
          })}
      </Text>
    </Flex>
  );
};
