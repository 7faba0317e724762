/**
 * Positions of the longest run of numbers, not necessarily neighbours, that
 * only rises: what may stay where it is when a list gets another order.
 */
export function risingPositions(numbers: number[]): number[] {
  // For each length, where the run of that length with the lowest end ends.
  const ends: number[] = [];
  const previous: (number | undefined)[] = [];
  numbers.forEach((value, position) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (numbers[ends[middle]] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    previous[position] = low > 0 ? ends[low - 1] : undefined;
    ends[low] = position;
  });

  const run: number[] = [];
  for (
    let position = ends.at(-1);
    position !== undefined;
    position = previous[position]
  ) {
    run.push(position);
  }
  return run.reverse();
}
