import type { ReactNode } from 'react';
import styles from './runtime.module.css';

/** How a state is coloured; its text always says it too. */
export type Tone = 'good' | 'warning' | 'bad' | 'neutral';

/** A state in one or two words. */
export const Pill = ({
  tone,
  children,
}: {
  tone: Tone;
  children: ReactNode;
}) => <span className={`${styles.pill} ${styles[tone]}`}>{children}</span>;
