import type {
  Ability,
  RuntimeResponse,
} from '@slipway/backstage-plugin-eks-common/runtime';

/**
 * A {@link RuntimeResponse} as it is sent, in parts. The long one is the same
 * for all who look: it was written once, and is not copied for each of them.
 */
export function responseParts(
  snapshot: { json: Buffer },
  abilities: Ability[],
): [start: string, runtime: Buffer, end: string] {
  const rest: Omit<RuntimeResponse, 'runtime'> = { abilities };
  return ['{"runtime":', snapshot.json, `,${JSON.stringify(rest).slice(1)}`];
}
