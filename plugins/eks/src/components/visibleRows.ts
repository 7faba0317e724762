/** Rows beside those that can be seen, so that scrolling shows no gap. */
const MORE = 5;

/** A row to draw. */
export interface VisibleRow {
  index: number;
  /** How many rows between the one before and this one are not drawn. */
  skipped: number;
}

/**
 * Which rows of a table to draw: those that can be seen, with some more, and
 * the one that shall stay; all of them if there is no view.
 */
export function visibleRows(options: {
  count: number;
  rowHeight: number;
  /** What can be seen, in pixels. */
  view: { top: number; height: number } | undefined;
  /** Index of the row with the focus; -1 if there is none. */
  keep: number;
}): VisibleRow[] {
  const { count, rowHeight, view, keep } = options;
  const { top, height } = view ?? { top: 0, height: count * rowHeight };
  // Rows may have gone since it was scrolled.
  const lowest = Math.max(0, count * rowHeight - height);
  const from = Math.floor(Math.min(top, lowest) / rowHeight) - MORE;
  const to = Math.ceil((Math.min(top, lowest) + height) / rowHeight) + MORE;
  const rows: VisibleRow[] = [];
  let before = -1;
  const draw = (index: number) => {
    rows.push({ index, skipped: index - before - 1 });
    before = index;
  };
  const first = Math.max(0, from);
  const last = Math.min(count, to) - 1;
  if (keep >= 0 && keep < first) {
    draw(keep);
  }
  for (let index = first; index <= last; index += 1) {
    draw(index);
  }
  if (keep > last && keep < count) {
    draw(keep);
  }
  return rows;
}
