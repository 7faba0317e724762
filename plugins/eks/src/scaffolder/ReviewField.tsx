import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import {
  Alert,
  Card,
  CardBody,
  CardHeader,
  Flex,
  Skeleton,
  Text,
} from '@backstage/ui';
import { eksApiRef } from '../api/EksApi';
import { runChecks, type Check, type Parameters } from './checks';
import styles from './fields.module.css';
import { Plan } from './Plan';
import { eksFormTranslationRef } from './translation';
import { useAnswer } from './useAnswer';

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
    <Flex direction="column" gap="4">
      <Checks parameters={parameters} />
      <Plan parameters={parameters} />
    </Flex>
  );
};

const marks = { passed: '✓', warning: '!', failed: '✕' };
const pills = { passed: 'good', warning: 'warning', failed: 'bad' } as const;
const statuses = ['passed', 'warning', 'failed'] as const;

const Checks = ({ parameters }: { parameters: Parameters }) => {
  const { t } = useTranslationRef(eksFormTranslationRef);
  const eks = useApi(eksApiRef);
  const { value: checks, error } = useAnswer(
    JSON.stringify(parameters),
    signal => runChecks(eks, parameters, t, signal),
  );
  const count = (status: Check['status']) =>
    (checks ?? []).filter(check => check.status === status).length;

  return (
    <Card>
      <CardHeader>
        <Flex align="center" gap="2">
          <Text as="h3" variant="title-x-small">
            {t('review.label')}
          </Text>
          {statuses
            .filter(status => count(status) > 0)
            .map(status => (
              <span
                key={status}
                className={`${styles.pill} ${styles[pills[status]]}`}
              >
                {t(`review.count.${status}`, { number: `${count(status)}` })}
              </span>
            ))}
        </Flex>
      </CardHeader>
      <CardBody>
        {error && (
          <Alert
            status="danger"
            icon
            title={t('review.failed', { reason: error.message })}
          />
        )}
        {!error && !checks && (
          <div role="status" aria-label={t('review.checking')}>
            <Skeleton height={72} />
          </div>
        )}
        {checks?.map(({ status, message }) => (
          <Flex key={message} gap="2">
            <Text aria-hidden="true">{marks[status]}</Text>
            <Text color={status === 'failed' ? 'danger' : 'primary'}>
              {message}
            </Text>
          </Flex>
        ))}
      </CardBody>
    </Card>
  );
};
