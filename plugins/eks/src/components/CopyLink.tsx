import { Button } from '@backstage/ui';
import { useState } from 'react';
import { useHref } from 'react-router-dom';
import { useWords } from './useWords';

/**
 * Copies the address of something on the page, to be sent to somebody; not
 * there where the browser lets pages copy nothing, as without TLS.
 */
export const CopyLink = ({
  to,
  of,
}: {
  to: { search: string };
  /** The name of what it leads to. */
  of: string;
}) => {
  const { t } = useWords();
  const href = useHref(to);
  const [state, setState] = useState<'copied' | 'failed'>();
  if (!('clipboard' in navigator)) {
    return null;
  }
  const copy = () =>
    navigator.clipboard
      .writeText(new URL(href, window.location.href).toString())
      .then(
        () => setState('copied'),
        () => setState('failed'),
      );
  return (
    <span>
      <Button
        variant="tertiary"
        size="small"
        aria-label={t('link.copyOf', { name: of })}
        onPress={copy}
      >
        {t('link.copy')}
      </Button>{' '}
      <span role="status">{state && t(`link.${state}`)}</span>
    </span>
  );
};
