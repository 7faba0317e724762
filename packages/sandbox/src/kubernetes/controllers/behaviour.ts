import type { Container, Pod } from './objects';

/** Annotation of a pod template that makes its pods misbehave, to be seen. */
export const BEHAVIOUR = 'sandbox.slipway/behaviour';

const BEHAVIOURS = [
  'crash-loop',
  'never-ready',
  'image-pull-error',
  'slow-start',
  'oom',
] as const;

/** What goes wrong with a pod's first container. */
export type Behaviour = (typeof BEHAVIOURS)[number];

/** How a container is to misbehave; undefined when it does not. */
export function behaviourOf(
  { metadata, spec }: Pod,
  container: Container,
): Behaviour | undefined {
  if (/:missing\b|does-not-exist/.test(container.image)) {
    return 'image-pull-error';
  }
  const asked = metadata.annotations?.[BEHAVIOUR];
  return spec.containers[0]?.name === container.name
    ? BEHAVIOURS.find(behaviour => behaviour === asked)
    : undefined;
}

/** How a container that misbehaves ends. */
export const ENDINGS: Partial<
  Record<Behaviour, { exitCode: number; reason: string; message?: string }>
> = {
  'crash-loop': {
    exitCode: 1,
    reason: 'Error',
    message: 'Error: DATABASE_URL is not set\n',
  },
  oom: { exitCode: 137, reason: 'OOMKilled' },
};
