/** More are not kept: a page is no archive. */
export const MAXIMUM_LINES = 5_000;
const MAXIMUM_LENGTH = 4_000;

/** Colours and cursor movements of terminals. */
const TERMINAL_CODES =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\-_])/g;

/** A line as it can be shown: no terminal codes, nothing that turns text around. */
export function showable(line: string): string {
  const text = line
    .replace(TERMINAL_CODES, '')
    .replace(/[\u202A-\u202E\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}]/gu, character =>
      character === '\t' ? '    ' : '\uFFFD',
    );
  return text.length > MAXIMUM_LENGTH
    ? `${text.slice(0, MAXIMUM_LENGTH)}…`
    : text;
}

/** What was written so far, in lines, the last of which may go on. */
export interface LogLines {
  lines: string[];
  /** Without an end yet. */
  rest: string;
  /** How many earlier lines were let go. */
  dropped: number;
}

export const noLines: LogLines = { lines: [], rest: '', dropped: 0 };

/** Adds what arrived. */
export function addText(
  { lines, rest, dropped }: LogLines,
  text: string,
): LogLines {
  const parts = `${rest}${text}`.split(/\r?\n/);
  const last = parts.pop() ?? '';
  const all = [...lines, ...parts.map(showable)];
  return {
    lines: all.slice(-MAXIMUM_LINES),
    // A line without an end must not grow for ever either.
    rest: last.slice(0, 4 * MAXIMUM_LENGTH),
    dropped: dropped + Math.max(0, all.length - MAXIMUM_LINES),
  };
}
