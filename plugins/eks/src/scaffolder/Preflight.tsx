import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  Alert,
  Button,
  Card,
  CardBody,
  CardHeader,
  Flex,
  Skeleton,
  Text,
} from '@backstage/ui';
import type { PreflightLine } from '@slipway/backstage-plugin-eks-common';
import { useState } from 'react';
import { eksApiRef } from '../api/EksApi';
import styles from './fields.module.css';
import type { Parameters } from './parameters';
import { PreflightLines } from './PreflightLines';
import { eksFormTranslationRef } from './translation';
import { useAnswer } from './useAnswer';

const pills = { passed: 'good', warning: 'warning', failed: 'bad' } as const;
const statuses = ['failed', 'warning', 'passed'] as const;

/** What the portal finds when it looks at everything that could go wrong. */
export const Preflight = ({ parameters }: { parameters: Parameters }) => {
  const { t } = useTranslationRef(eksFormTranslationRef);
  const eks = useApi(eksApiRef);
  const [attempt, setAttempt] = useState(0);
  const { value, error, loading } = useAnswer(
    JSON.stringify([attempt, parameters]),
    signal => eks.preflight(parameters, { signal }),
  );
  const report = value?.report ?? [];
  const count = (status: PreflightLine['status']) =>
    report.filter(line => line.status === status).length;
  const again = (
    <Button
      variant="secondary"
      size="small"
      isDisabled={loading}
      onPress={() => setAttempt(attempt + 1)}
    >
      {t('review.again')}
    </Button>
  );

  return (
    <Card>
      <CardHeader>
        <Flex align="center" justify="between" gap="2">
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
          {!error && again}
        </Flex>
      </CardHeader>
      <CardBody aria-live="polite" aria-busy={loading}>
        {error && (
          <Alert
            status="danger"
            icon
            title={t('review.failed', { reason: error.message })}
            customActions={again}
          />
        )}
        {loading && (
          <div role="status" aria-label={t('review.checking')}>
            <Skeleton height={72} />
          </div>
        )}
        {count('failed') > 0 && <Text as="p">{t('review.blocked')}</Text>}
        <PreflightLines lines={report} />
      </CardBody>
    </Card>
  );
};
