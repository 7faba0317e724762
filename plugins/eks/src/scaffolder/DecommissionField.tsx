import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  scaffolderApiRef,
  type FieldExtensionComponentProps,
} from '@backstage/plugin-scaffolder-react';
import {
  Alert,
  Card,
  CardBody,
  CardHeader,
  Flex,
  Skeleton,
  Text,
  TextField,
} from '@backstage/ui';
import {
  nameIn,
  planDecommission,
  type Retirement,
  type Thing,
} from './decommission';
import styles from './fields.module.css';
import { eksFormTranslationRef } from './translation';
import { useAnswer } from './useAnswer';

/**
 * What would go with a service, and what would stay; then a field for its
 * name, which is the value.
 */
export const DecommissionField = (
  props: FieldExtensionComponentProps<string>,
) => {
  const { formData = '', onChange, rawErrors, formContext } = props;
  const { t } = useTranslationRef(eksFormTranslationRef);
  const retirement: Retirement = formContext?.formData ?? {};
  const name = nameIn(retirement.service);
  return (
    <Flex direction="column" gap="4" className={styles.field}>
      <Consequences retirement={retirement} />
      <Flex direction="column" bg="neutral">
        <TextField
          label={t('decommission.label')}
          description={t('decommission.help', { name })}
          value={formData}
          onChange={onChange}
          isRequired={props.required}
          isInvalid={Boolean(rawErrors?.length)}
          // Shown, and left to the form: the browser would not send a corrected
          // value while the error of the one before is there.
          validationBehavior="aria"
          autoComplete="off"
          spellCheck="false"
        />
      </Flex>
    </Flex>
  );
};

const Consequences = ({ retirement }: { retirement: Retirement }) => {
  const { t } = useTranslationRef(eksFormTranslationRef);
  const scaffolder = useApi(scaffolderApiRef);
  const { service, images, repository } = retirement;
  const { value: plan, error } = useAnswer(
    service && JSON.stringify([service, images, repository]),
    () => planDecommission(scaffolder, retirement),
  );
  return (
    <Card>
      <CardHeader>
        <Text as="h3" variant="title-x-small">
          {t('decommission.goes', { service: service ?? '' })}
        </Text>
      </CardHeader>
      <CardBody>
        {error && (
          <Alert
            status="danger"
            icon
            title={t('decommission.failed', { reason: reasonOf(error) })}
          />
        )}
        {!error && !plan && (
          <div role="status" aria-label={t('decommission.looking')}>
            <Skeleton height={72} />
          </div>
        )}
        {plan && (
          <table className={styles.plan}>
            <tbody>
              <Rows what={t('decommission.removed')} things={plan.removed} />
              <Rows what={t('decommission.archived')} things={plan.archived} />
              <Rows what={t('decommission.left')} things={plan.left} />
            </tbody>
          </table>
        )}
      </CardBody>
    </Card>
  );
};

const Rows = ({ what, things }: { what: string; things: Thing[] }) => (
  <>
    {things.map(({ kind, name, where, detail, reason }) => (
      <tr key={`${kind} ${name} ${where}`}>
        <th scope="row">{what}</th>
        <td>
          {kind} <span className={styles.mono}>{name}</span>
        </td>
        <td className={styles.detail}>
          {[where, detail, reason].filter(Boolean).join(' · ')}
        </td>
      </tr>
    ))}
  </>
);

/** What the backend said, without what the request to it looked like. */
function reasonOf({ message, cause }: Error): string {
  // A refusal may come without a word of its own.
  return (cause instanceof Error && cause.message) || message;
}
