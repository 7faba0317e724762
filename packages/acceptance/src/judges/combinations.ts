import type { Values } from '../golden/__testUtils__/scaffolder';
import { repoUrlFor, usualValues } from '../golden/__testUtils__/scaffolder';
import {
  clusters,
  type Compute,
  targetOn,
} from '../golden/__testUtils__/clusters';
import { choicesOf } from '../golden/__testUtils__/template';

/** What the form lets a person choose that changes the repository. */
export interface Combination {
  runtime: string;
  compute: Compute;
  exposure: string;
  routing: string;
  pipeline: string;
  targets: 'one' | 'two';
}

type Dimension = keyof Combination;

/** Every choice, read from the form: one that is added there is judged here. */
function choices(): { [D in Dimension]: Combination[D][] } {
  return {
    runtime: choicesOf('runtime'),
    compute: clusters.map(({ compute }) => compute),
    exposure: choicesOf('exposure'),
    // What nobody chose is one of the others.
    routing: choicesOf('routing').filter(choice => choice !== 'auto-detect'),
    pipeline: choicesOf('pipeline'),
    targets: ['one', 'two'],
  };
}

/** What is not exposed has no path, and CodePipeline may deliver no Gateway. */
const isPossible = ({ exposure, routing, pipeline }: Combination) =>
  routing !== 'gateway' || (exposure !== 'none' && pipeline !== 'codepipeline');

/** Every combination of the choices that there can be. */
export function allCombinations(): Combination[] {
  const { runtime, compute, exposure, routing, pipeline, targets } = choices();
  return runtime
    .flatMap(r =>
      compute.flatMap(c =>
        exposure.flatMap(e =>
          routing.flatMap(g =>
            pipeline.flatMap(p =>
              targets.map(t => ({
                runtime: r,
                compute: c,
                exposure: e,
                routing: g,
                pipeline: p,
                targets: t,
              })),
            ),
          ),
        ),
      ),
    )
    .filter(isPossible);
}

/** Each two choices that a combination brings together. */
function pairsOf(combination: Combination): string[] {
  const chosen = Object.entries(combination).map(entry => entry.join('='));
  return chosen.flatMap((one, index) =>
    chosen.slice(index + 1).map(other => `${one} ${other}`),
  );
}

/**
 * As few combinations as a greedy choice finds that bring each two choices
 * together: most faults of a template show where two of its parts meet.
 */
export function coveringCombinations(all = allCombinations()): Combination[] {
  const missing = new Set(all.flatMap(pairsOf));
  const chosen: Combination[] = [];
  const gain = (combination: Combination) =>
    pairsOf(combination).filter(pair => missing.has(pair)).length;
  while (missing.size) {
    const best = all.reduce((a, b) => (gain(b) > gain(a) ? b : a));
    pairsOf(best).forEach(pair => missing.delete(pair));
    chosen.push(best);
  }
  return chosen;
}

/** What somebody enters who chooses this. */
export function valuesOf(combination: Combination): Values {
  const { compute, exposure, pipeline, routing, runtime } = combination;
  const last = targetOn(compute);
  return {
    ...usualValues,
    runtime,
    exposure,
    pipeline,
    repoUrl: repoUrlFor(pipeline),
    ...(exposure !== 'none' && { routing, hostname: 'orders.example.com' }),
    targets:
      combination.targets === 'one'
        ? [last]
        : [
            { ...last, environment: 'staging', namespace: 'orders-staging' },
            last,
          ],
  };
}

/** The combination in a few words. */
export function nameOf(combination: Combination): string {
  return Object.values(combination).join(' · ');
}
