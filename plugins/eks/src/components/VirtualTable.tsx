import {
  useEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import styles from './runtime.module.css';
import { visibleRows } from './visibleRows';

/** Of a row, in pixels, where only those that can be seen are drawn. */
const ROW_HEIGHT = 68;
/** More rows than these are drawn only where they can be seen. */
const VIRTUAL_FROM = 40;
/** Of the view, until it is known. */
const ASSUMED_HEIGHT = 720;
/** How many rows Page Up and Page Down go. */
const PAGE = 10;

/** A column of a {@link VirtualTable}. */
export interface VirtualColumn<T> {
  id: string;
  label: string;
  isSortable?: boolean;
  cell: (row: T) => ReactNode;
}

/** What rows are sorted by. */
export interface Sort {
  column: string;
  direction: 'ascending' | 'descending';
}

/**
 * A table of any number of rows, of which only those are drawn that can be
 * seen. The first column names the row; with the arrow keys, Home, End and Page
 * Up and Down the focus goes from one row's link to the next. Screen readers
 * are told which of how many rows each is.
 *
 * BUI's own table takes every row through React at each change, which for 500
 * rows takes longer than a person should wait for a key.
 */
export function VirtualTable<T extends { id: string }>({
  label,
  columns,
  rows,
  sort,
  onSort,
  empty,
}: {
  label: string;
  columns: VirtualColumn<T>[];
  rows: T[];
  sort: Sort | undefined;
  onSort: (sort: Sort) => void;
  /** What is said when there are no rows. */
  empty: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: ASSUMED_HEIGHT });
  const [focused, setFocused] = useState<string>();
  const virtual = rows.length > VIRTUAL_FROM;
  const focusedAt = rows.findIndex(({ id }) => id === focused);
  const shown = visibleRows({
    count: rows.length,
    rowHeight: ROW_HEIGHT,
    view: virtual ? view : undefined,
    keep: focusedAt,
  });

  const onScroll = () => {
    const { scrollTop: top = 0, clientHeight = 0 } = box.current ?? {};
    setView({ top, height: clientHeight || ASSUMED_HEIGHT });
  };
  // A new order is read from its beginning.
  useEffect(() => {
    box.current?.scrollTo?.({ top: 0 });
  }, [sort]);

  const linkAt = (index: number) =>
    box.current?.querySelector<HTMLElement>(`[data-row="${index}"] a`);
  // A row that was drawn for the focus alone is there now.
  const awaited = useRef<number>();
  useEffect(() => {
    if (awaited.current !== undefined) {
      const link = linkAt(awaited.current);
      awaited.current = undefined;
      link?.focus();
      link?.scrollIntoView?.({ block: 'nearest' });
    }
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const target = nextRow(event.key, focusedAt, rows.length);
    if (target !== undefined) {
      event.preventDefault();
      awaited.current = target;
      setFocused(rows[target].id);
    }
  };

  return (
    <div
      ref={box}
      className={virtual ? styles.virtual : styles.scroll}
      onScroll={onScroll}
    >
      <table
        className={`${styles.table} ${styles.wide}`}
        aria-label={label}
        aria-rowcount={rows.length + 1}
      >
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(column => (
              <Heading
                key={column.id}
                column={column}
                sort={sort}
                onSort={onSort}
              />
            ))}
          </tr>
        </thead>
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its links have the focus, it only hears their keys */}
        <tbody onKeyDown={onKeyDown} onBlur={() => setFocused(undefined)}>
          {rows.length === 0 && (
            <tr>
              <td colSpan={columns.length}>{empty}</td>
            </tr>
          )}
          {shown.flatMap(({ index, skipped }) => {
            const row = rows[index];
            return [
              skipped > 0 && (
                <Skipped key={`before ${row.id}`} rows={skipped} />
              ),
              <tr
                key={row.id}
                data-row={index}
                aria-rowindex={index + 2}
                onFocus={() => setFocused(row.id)}
              >
                {columns.map((column, at) => {
                  const content = (
                    <div className={virtual ? styles.fixed : undefined}>
                      {column.cell(row)}
                    </div>
                  );
                  return at === 0 ? (
                    <th key={column.id} scope="row">
                      {content}
                    </th>
                  ) : (
                    <td key={column.id}>{content}</td>
                  );
                })}
              </tr>,
            ];
          })}
          {shown.length > 0 && (
            <Skipped rows={rows.length - 1 - shown[shown.length - 1].index} />
          )}
        </tbody>
      </table>
    </div>
  );
}

/** The room of rows that are not drawn. */
const Skipped = ({ rows }: { rows: number }) =>
  rows > 0 ? (
    <tr aria-hidden="true" style={{ height: rows * ROW_HEIGHT }} />
  ) : null;

const Heading = <T,>({
  column: { id, label, isSortable },
  sort,
  onSort,
}: {
  column: VirtualColumn<T>;
  sort: Sort | undefined;
  onSort: (sort: Sort) => void;
}) => {
  if (!isSortable) {
    return <th scope="col">{label}</th>;
  }
  const direction = sort?.column === id ? sort.direction : undefined;
  return (
    <th scope="col" aria-sort={direction ?? 'none'}>
      <button
        type="button"
        className={styles.sort}
        onClick={() =>
          onSort({
            column: id,
            direction: direction === 'ascending' ? 'descending' : 'ascending',
          })
        }
      >
        {label}
      </button>
    </th>
  );
};

function nextRow(key: string, at: number, count: number): number | undefined {
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + PAGE,
    PageUp: at - PAGE,
    Home: 0,
    End: count - 1,
  };
  return Object.hasOwn(steps, key)
    ? Math.min(Math.max(steps[key], 0), count - 1)
    : undefined;
}
