import type { Explanation } from '../types';

/** An explanation without facts and evidence that are not there. */
export function explanation(options: {
  code: Explanation['code'];
  severity: Explanation['severity'];
  subject: Explanation['subject'];
  facts?: Record<string, string | number | undefined>;
  evidence?: (string | undefined)[];
}): Explanation {
  const { code, severity, subject, facts = {}, evidence = [] } = options;
  const { kind, namespace, name } = subject;
  return {
    id: `${code}/${kind}/${namespace}/${name}`,
    code,
    severity,
    subject: { kind, namespace, name },
    facts: Object.fromEntries(
      Object.entries(facts).filter(
        (entry): entry is [string, string | number] => entry[1] !== undefined,
      ),
    ),
    evidence: [
      ...new Set(
        evidence.filter(
          (text): text is string => text !== undefined && text !== '',
        ),
      ),
    ],
  };
}
