import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { Button, Text, VisuallyHidden } from '@backstage/ui';
import type {
  PreflightCheck,
  PreflightLine,
} from '@slipway/backstage-plugin-eks-common';
import { useState } from 'react';
import styles from './fields.module.css';
import { eksFormTranslationRef } from './translation';

const marks = { passed: '✓', warning: '!', failed: '✕' };
const tones = { passed: 'good', warning: 'warning', failed: 'bad' } as const;

/** Of what passed, those that people ask about, in their order. */
const prominent: PreflightCheck[] = [
  'catalog',
  'git-repository',
  'image-repository',
  'pipeline-role',
  'cluster',
];

/** How many passed checks are shown before somebody asks for all. */
const SHOWN = prominent.length;

/** What is to be solved first, then what is to be known, then the rest. */
function order({ status, check }: PreflightLine): number {
  if (status !== 'passed') {
    return status === 'failed' ? -2 : -1;
  }
  const place = prominent.indexOf(check);
  return place < 0 ? prominent.length : place;
}

/** The lines of the report; most of those that passed wait until asked for. */
export const PreflightLines = ({ lines }: { lines: PreflightLine[] }) => {
  const { t } = useTranslationRef(eksFormTranslationRef);
  const [all, setAll] = useState(false);
  const sorted = [...lines].sort((a, b) => order(a) - order(b));
  const open = lines.filter(({ status }) => status !== 'passed').length;
  const shown = all ? sorted : sorted.slice(0, open + SHOWN);
  const more = sorted.length - shown.length;

  return (
    <>
      {/* Safari forgets that a list without bullets is one. */}
      {/* eslint-disable-next-line jsx-a11y/no-redundant-roles */}
      <ul className={styles.report} role="list">
        {shown.map((line, index) => (
          // Lines have no id, and nothing of their own to keep.
          <Line key={index} line={line} />
        ))}
      </ul>
      {more > 0 && (
        <Button variant="tertiary" size="small" onPress={() => setAll(true)}>
          {t('review.more', { number: `${more}` })}
        </Button>
      )}
    </>
  );
};

const Line = ({ line }: { line: PreflightLine }) => {
  const { t } = useTranslationRef(eksFormTranslationRef);
  const { check, environment, message, remedy, status } = line;
  const title = t(`check.${check}`);

  return (
    <li className={styles.line}>
      <span
        className={`${styles.mark} ${styles[tones[status]]}`}
        aria-hidden="true"
      >
        {marks[status]}
      </span>
      <VisuallyHidden>{t(`review.status.${status}`)}</VisuallyHidden>
      <div className={styles.found}>
        <Text as="p" variant="body-small" color="secondary">
          {environment === undefined ? title : `${title} · ${environment}`}
        </Text>
        <Text as="p">
          <Marked text={upperFirst(message)} />
        </Text>
        {remedy && (
          <Text as="p" weight="bold">
            {'→ '}
            <Marked text={upperFirst(remedy)} />
          </Text>
        )}
      </div>
    </li>
  );
};

/** Text in which names are between backticks. */
const Marked = ({ text }: { text: string }) => (
  <>
    {text.split('`').map((part, index) =>
      index % 2 === 1 ? (
        <code key={index} className={styles.mono}>
          {part}
        </code>
      ) : (
        part
      ),
    )}
  </>
);

function upperFirst(text: string): string {
  return text.charAt(0).toLocaleUpperCase('en-US') + text.slice(1);
}
