import { InputError } from '@backstage/errors';

/** Whether an object with these labels is chosen. */
export type LabelMatcher = (labels: Record<string, string>) => boolean;

const KEY = '[A-Za-z0-9][A-Za-z0-9._/-]*';
const VALUE = '[A-Za-z0-9._-]*';
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EQUALITY = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*(${VALUE})$`);
const EXISTENCE = new RegExp(`^(!?)\\s*(${KEY})$`);

/**
 * Reads a label selector as `kubectl get -l` takes it. A key that is missing
 * is unequal to every value and in no set (Kubernetes documentation, labels
 * and selectors).
 *
 * @throws InputError that names the part which is none.
 */
export function labelMatcher(selector: string | undefined): LabelMatcher {
  const requirements = splitOutsideBrackets(selector ?? '').map(requirement);
  return labels => requirements.every(holds => holds(labels));
}

/** Commas part requirements, and the values within a set's brackets. */
function splitOutsideBrackets(selector: string): string[] {
  return selector
    .split(/,(?![^()]*\))/)
    .map(part => part.trim())
    .filter(part => part !== '');
}

function requirement(part: string): LabelMatcher {
  const set = SET.exec(part);
  if (set) {
    const [, key, operator, list] = set;
    const values = new Set(list.split(',').map(value => value.trim()));
    return operator === 'in'
      ? labels => Object.hasOwn(labels, key) && values.has(labels[key])
      : labels => !Object.hasOwn(labels, key) || !values.has(labels[key]);
  }
  const equality = EQUALITY.exec(part);
  if (equality) {
    const [, key, operator, value] = equality;
    return operator === '!='
      ? labels => labels[key] !== value
      : labels => labels[key] === value;
  }
  const existence = EXISTENCE.exec(part);
  if (existence) {
    const [, not, key] = existence;
    return not
      ? labels => !Object.hasOwn(labels, key)
      : labels => Object.hasOwn(labels, key);
  }
  throw new InputError(`label selector: \`${part}\` is not a requirement`);
}
