import { Journal, JournalEntry, RequestInfo } from '../types';

const FILTERS = [
  'service',
  'operation',
  'target',
  'object',
  'accountId',
  'region',
  'caller',
] as const satisfies readonly (keyof RequestInfo)[];

/**
 * Keeps the last requests in memory.
 *
 * @param capacity - how many entries are kept; older ones are dropped
 */
export function createJournal(capacity = 2000): Journal {
  const entries: JournalEntry[] = [];
  return {
    record(entry) {
      entries.push(entry);
      if (entries.length > capacity) {
        entries.splice(0, entries.length - capacity);
      }
    },
    list(filter = {}) {
      return entries.filter(entry =>
        FILTERS.every(
          field =>
            filter[field] === undefined || filter[field] === entry[field],
        ),
      );
    },
  };
}
