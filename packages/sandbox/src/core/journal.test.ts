import { createJournal } from './journal';

const entry = (target: string) => ({
  service: 'ecr' as const,
  operation: 'PutImage',
  target,
  at: new Date(0).toISOString(),
  status: 200,
  durationMs: 1,
});

it('keeps the newest and finds by field', () => {
  const journal = createJournal(2);
  ['a', 'b', 'c'].forEach(target => journal.record(entry(target)));
  expect(journal.list().map(({ target }) => target)).toEqual(['b', 'c']);
  expect(journal.list({ target: 'b' })).toEqual([entry('b')]);
  expect(journal.list({ service: 'eks' })).toEqual([]);
});
