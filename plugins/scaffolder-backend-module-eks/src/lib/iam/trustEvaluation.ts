import type { TrustedCaller } from './trust';

type Fields = Record<string, unknown>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

const textsOf = (value: unknown): string[] =>
  [value].flat().filter(item => typeof item === 'string');

function like(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(value);
}

const same = (wanted: string, value: string) => wanted === value;

/** What the operators of conditions mean; one that is not here never holds. */
const operators: Record<string, (wanted: string, value: string) => boolean> = {
  stringequals: same,
  stringequalsignorecase: (wanted, value) =>
    wanted.toLowerCase() === value.toLowerCase(),
  stringlike: like,
  arnequals: like,
  arnlike: like,
};

function holds(
  operator: string,
  key: string,
  wanted: string[],
  context: Map<string, string>,
): boolean {
  const [, name, ifExists] =
    /^(?:for(?:any|all)values?:)?([a-z]+?)(ifexists)?$/i.exec(operator) ?? [];
  const compare = operators[(name ?? '').toLowerCase()];
  const value = context.get(key.toLowerCase());
  if (!compare) {
    return false;
  }
  return value === undefined
    ? ifExists !== undefined
    : wanted.some(item => compare(item, value));
}

function applies(statement: Fields, caller: TrustedCaller): boolean {
  const { principalKind, principal, action } = caller;
  const named =
    statement.Principal === '*'
      ? ['*']
      : textsOf(fieldsOf(statement.Principal)[principalKind]);
  const context = new Map(
    Object.entries(caller.context).map(([key, value]) => [
      key.toLowerCase(),
      value,
    ]),
  );
  return (
    named.some(name => name === '*' || name === principal) &&
    textsOf(statement.Action).some(pattern =>
      like(pattern.toLowerCase(), action.toLowerCase()),
    ) &&
    Object.entries(fieldsOf(statement.Condition)).every(([operator, keys]) =>
      Object.entries(fieldsOf(keys)).every(([key, wanted]) =>
        holds(operator, key, textsOf(wanted), context),
      ),
    )
  );
}

/**
 * Whether a trust policy lets a caller take its role. What it says in a way
 * that is not understood here counts as no.
 *
 * @param policy - JSON
 */
export function trusts(policy: string, caller: TrustedCaller): boolean {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    return false;
  }
  const statements = [fieldsOf(document).Statement]
    .flat()
    .map(fieldsOf)
    .filter(statement => applies(statement, caller));
  return (
    statements.some(({ Effect }) => Effect === 'Allow') &&
    !statements.some(({ Effect }) => Effect === 'Deny')
  );
}
