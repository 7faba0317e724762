import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import type { Finding, Rendering } from './types';

/** A rule that we do not follow, and why. */
export interface Waiver {
  judge: string;
  rule: string;
  /** Only for these choices; for all, where a dimension is left out. */
  only?: Record<string, string[]>;
  reason: string;
  link: string;
}

/** Every waiver there is. */
export function readWaivers(): Waiver[] {
  return parse(readFileSync(resolve(__dirname, 'waivers.yaml'), 'utf8'));
}

/** Whether a waiver is for this finding. */
export function covers(
  waiver: Waiver,
  finding: Finding,
  { combination }: Pick<Rendering, 'combination'>,
): boolean {
  return (
    waiver.judge === finding.judge &&
    waiver.rule === finding.rule &&
    Object.entries(combination).every(([dimension, chosen]) =>
      (waiver.only?.[dimension] ?? [chosen]).includes(chosen),
    )
  );
}
