import type {
  Ability,
  RuntimeResponse,
} from '@slipway/backstage-plugin-eks-common/runtime';

/**
 * A {@link RuntimeResponse} as text. The long part of it is the same for all
 * who look, and was written once.
 */
export function responseText(
  snapshot: { json: string },
  abilities: Ability[],
): string {
  const rest: Omit<RuntimeResponse, 'runtime'> = { abilities };
  return `{"runtime":${snapshot.json},${JSON.stringify(rest).slice(1)}`;
}
