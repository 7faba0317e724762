import type { Answer, RequestParts as Parts } from '../../cluster/send';

export { until } from '../../cluster/send';

/** What goes along with a request. */
export interface RequestParts extends Parts {
  /** Whose request it is; the administrator's when left out, nobody's when empty. */
  token?: string;
}

/** A Kubernetes cluster with a metrics server, simulated or real. */
export interface KubernetesTarget {
  send(method: string, path: string, parts?: RequestParts): Promise<Answer>;
  /** Makes a namespace that no other case has, in which pods can be made. */
  namespace(labels?: Record<string, string>): Promise<string>;
  /** Forgets all changes so far, but not what is there. */
  forget(): Promise<void>;
  /** CPU load in per cent of the workload's request. */
  setLoad(namespace: string, workload: string, cpuUtilization: number): void;
  stop(): Promise<void>;
}

/** One thing that Kubernetes does. */
export interface ContractCase {
  /** The part of the API that it is about: `watch`. */
  topic: string;
  /** What holds, as the end of a sentence: "starts with all that is there". */
  holds: string;
  check(target: KubernetesTarget): Promise<void>;
}

/** Names cases of one topic. */
export const about = (
  topic: string,
  cases: Record<string, ContractCase['check']>,
): ContractCase[] =>
  Object.entries(cases).map(([holds, check]) => ({ topic, holds, check }));
