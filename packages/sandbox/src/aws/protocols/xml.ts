import { isRecord } from '../../core';

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text as XML has it. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, character => ESCAPES[character]);
}

/**
 * A structure as XML.
 *
 * @param lists - `members`: the items of a list are elements of it; `flat`:
 *   each item is an element of the list's own name
 */
export function toXml(
  value: unknown,
  lists: 'members' | 'flat' = 'members',
): string {
  if (Array.isArray(value)) {
    return value.map(item => `<member>${toXml(item, lists)}</member>`).join('');
  }
  if (isRecord(value)) {
    return Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .flatMap(([name, item]) =>
        (lists === 'flat' && Array.isArray(item) ? item : [item]).map(
          one => `<${name}>${toXml(one, lists)}</${name}>`,
        ),
      )
      .join('');
  }
  return escapeXml(String(value));
}
