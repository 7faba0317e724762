import { visibleRows } from './visibleRows';

const indices = (options: Partial<Parameters<typeof visibleRows>[0]>) =>
  visibleRows({
    count: 500,
    rowHeight: 10,
    view: { top: 0, height: 30 },
    keep: -1,
    ...options,
  });

it('draws every row where there is no view', () => {
  expect(indices({ count: 3, view: undefined })).toEqual([
    { index: 0, skipped: 0 },
    { index: 1, skipped: 0 },
    { index: 2, skipped: 0 },
  ]);
});

it.each([
  ['at the top', { top: 0, height: 30 }, 0, 7],
  ['in the middle', { top: 1000, height: 30 }, 95, 107],
  ['at the end', { top: 4970, height: 30 }, 492, 499],
  ['after rows have gone', { top: 9000, height: 30 }, 492, 499],
])('draws those that can be seen, and some more, %s', (_, view, from, to) => {
  const rows = indices({ view });
  expect(rows[0]).toEqual({ index: from, skipped: from });
  expect(rows[rows.length - 1]).toEqual({ index: to, skipped: 0 });
  expect(rows).toHaveLength(to - from + 1);
});

it.each([
  ['before', { top: 1000, height: 30 }, 3, 0, 3],
  ['after', { top: 0, height: 30 }, 300, 8, 292],
])(
  'keeps the row with the focus, %s the others',
  (_, view, keep, at, skipped) => {
    expect(indices({ view, keep })[at]).toEqual({ index: keep, skipped });
  },
);

it('draws nothing of nothing', () => {
  expect(indices({ count: 0, keep: 4 })).toEqual([]);
});
