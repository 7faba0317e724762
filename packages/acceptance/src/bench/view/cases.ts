import type { Case } from './measure';

/** Each number of viewers, pods and clusters at least once, in minutes. */
const COVERING: Case[] = [
  { viewers: 1, pods: 5, clusters: 1, troubled: false },
  { viewers: 10, pods: 400, clusters: 1, troubled: false },
  { viewers: 50, pods: 400, clusters: 1, troubled: false },
  { viewers: 50, pods: 400, clusters: 3, troubled: true },
  { viewers: 10, pods: 5, clusters: 10, troubled: false },
  { viewers: 1, pods: 5_000, clusters: 1, troubled: false },
];

/** Every combination; with a hanging and a denied cluster where there are more. */
function everyCase(): Case[] {
  const cases: Case[] = [];
  for (const viewers of [1, 10, 50]) {
    for (const pods of [5, 400, 5_000]) {
      for (const clusters of [1, 3, 10]) {
        cases.push({ viewers, pods, clusters, troubled: false });
        if (clusters > 1) {
          cases.push({ viewers, pods, clusters, troubled: true });
        }
      }
    }
  }
  return cases;
}

export const casesOf = (all: boolean): Case[] => (all ? everyCase() : COVERING);
