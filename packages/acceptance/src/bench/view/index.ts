import { availableParallelism, loadavg } from 'node:os';
import { casesOf } from './cases';
import { measure } from './measure';
import {
  type Compared,
  tableOf,
  type Target,
  targetsOf,
  titleOf,
} from './report';

/** What the comparison found. */
export interface ViewBenchmark {
  summary: {
    compared: Compared[];
    targets: Target[];
    cores: number;
    load: number;
  };
  text: string;
  /** Whether every target is reached. */
  ok: boolean;
  quote: string;
}

/** The README has room for two: all is well, and nothing is. */
const isQuoted = ({ case: { viewers, pods, clusters, troubled } }: Compared) =>
  viewers === 50 && pods === 400 && clusters === (troubled ? 3 : 1);

/**
 * The official Kubernetes plugin and ours show the same clusters to the same
 * viewers, one after the other.
 *
 * @param all - every combination instead of a covering few
 */
export async function benchmarkView(
  _: number,
  all: boolean,
): Promise<ViewBenchmark> {
  const compared: Compared[] = [];
  for (const given of casesOf(all)) {
    process.stderr.write(`view: ${titleOf(given)} …\n`);
    compared.push({
      case: given,
      official: await measure('official', given),
      slipway: await measure('slipway', given),
    });
  }
  const targets = targetsOf(compared);
  const cores = availableParallelism();
  const [load] = loadavg();
  const machine = `${cores} cores, load ${load.toFixed(1)}, most of it the measured programs themselves.`;
  return {
    summary: { compared, targets, cores, load },
    text: [
      ...compared.map(one => `${tableOf(one)}\n`),
      ...targets.map(
        ({ text, reached }) => `${reached ? 'reached' : 'MISSED '}  ${text}`,
      ),
      '',
      machine,
    ].join('\n'),
    ok: targets.every(({ reached }) => reached),
    quote: [
      ...compared.filter(isQuoted).map(one => `${tableOf(one)}\n`),
      ...targets.map(
        ({ text, reached }) => `- ${reached ? 'reached' : 'missed'}: ${text}`,
      ),
      '',
      machine,
    ].join('\n'),
  };
}
