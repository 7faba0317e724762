/** A case that the sandbox does not keep, although Kubernetes does. */
export interface Difference {
  /** Name of the case. */
  name: string;
  /** What the sandbox does. */
  sandbox: string;
  /** Why it may. */
  reason: string;
}

/** Where the sandbox and a real control plane differ; `docs/kubernetes-differences.md` shows it. */
export const differences: Difference[] = [
  {
    name: 'watch: says nothing for a version that is yet to come',
    sandbox: 'answers 504, as to a list',
    reason:
      'A sandbox that is started again may have forgotten what it held; whoever watches it then notices at once',
  },
];
