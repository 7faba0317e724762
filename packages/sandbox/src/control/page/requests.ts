import { JournalEntry } from '../../types';
import { html, Html } from '../html';
import { badge, nothing, table, timeOf } from './parts';

const SHOWN = 100;

function outcome({ status, error }: JournalEntry): Html {
  if (status === 0) {
    return badge('bad', error ?? 'no answer');
  }
  return badge(
    status < 400 ? 'good' : 'bad',
    error ? `${status} ${error}` : String(status),
  );
}

const requestRow = (entry: JournalEntry) => [
  timeOf(entry.at),
  entry.service,
  entry.operation,
  outcome(entry),
  entry.target ? html`<code>${entry.target}</code>` : '',
  entry.caller ?? '',
  `${entry.durationMs} ms`,
];

/** The last requests of all stand-ins, newest first. */
export function renderRequests(entries: readonly JournalEntry[]): Html {
  const newest = entries.slice(-SHOWN).reverse();
  return newest.length
    ? table(
        `The last ${newest.length} requests, times in UTC`,
        ['Time', 'Service', 'Operation', 'Answer', 'Target', 'Caller', 'Took'],
        newest.map(requestRow),
      )
    : nothing('No requests yet.');
}
