import { covered } from './intervals';

const window = { from: 100, to: 200 };

describe('covered', () => {
  it.each([
    ['nothing', [], 0],
    [
      'what is outside',
      [
        { from: 0, to: 100 },
        { from: 200, to: 300 },
      ],
      0,
    ],
    ['what reaches over both ends', [{ from: 0, to: 300 }], 100],
    [
      'two apart',
      [
        { from: 150, to: 160 },
        { from: 110, to: 130 },
      ],
      30,
    ],
    [
      'two that overlap, once',
      [
        { from: 110, to: 150 },
        { from: 140, to: 160 },
      ],
      50,
    ],
    [
      'one within another, once',
      [
        { from: 110, to: 190 },
        { from: 120, to: 130 },
      ],
      80,
    ],
  ])('counts %s', (_, intervals, expected) => {
    expect(covered(window, intervals)).toBe(expected);
  });
});
