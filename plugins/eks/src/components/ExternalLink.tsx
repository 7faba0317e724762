import { Link, VisuallyHidden } from '@backstage/ui';
import type { ReactNode } from 'react';
import { useWords } from './useWords';

/** A link that leaves the portal. */
export const ExternalLink = ({
  href,
  children,
}: {
  href: string;
  children: ReactNode;
}) => {
  const { t } = useWords();
  return (
    <Link href={href} target="_blank" rel="noopener noreferrer">
      {children}
      <span aria-hidden="true"> ↗</span>
      <VisuallyHidden> ({t('links.newTab')})</VisuallyHidden>
    </Link>
  );
};
