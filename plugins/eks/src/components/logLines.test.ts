import { addText, MAXIMUM_LINES, noLines, showable } from './logLines';

it('puts lines together that arrive in pieces', () => {
  const first = addText(noLines, 'one\ntw');
  expect(first).toEqual({ lines: ['one'], rest: 'tw', dropped: 0 });
  expect(addText(first, 'o\r\nthree\n')).toEqual({
    lines: ['one', 'two', 'three'],
    rest: '',
    dropped: 0,
  });
});

it('keeps the latest lines, and says that others went', () => {
  const many = addText(noLines, 'line\n'.repeat(MAXIMUM_LINES - 1));
  expect(many.dropped).toBe(0);
  const more = addText(many, 'a\nb\n');
  expect(more.lines).toHaveLength(MAXIMUM_LINES);
  expect(more.lines.at(-1)).toBe('b');
  expect(more.dropped).toBeGreaterThan(0);
});

it.each([
  ['\u001B[31mred\u001B[0m', 'red'],
  ['\u001B]8;;javascript:alert(1)\u0007click\u001B]8;;\u0007', 'click'],
  ['a\tb', 'a    b'],
  ['bell\u0007', 'bell\uFFFD'],
  ['abc\u202Edef', 'abcdef'],
  ['<b>bold</b>', '<b>bold</b>'],
])('shows %j as %j', (line, shown) => {
  expect(showable(line)).toBe(shown);
});

it('cuts what is endless, with a mark', () => {
  expect(showable('x'.repeat(1_000_000))).toHaveLength(4_001);
  expect(addText(noLines, 'x'.repeat(1_000_000)).rest.length).toBeLessThan(
    20_000,
  );
});
