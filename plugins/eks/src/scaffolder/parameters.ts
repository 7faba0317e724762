import type { Target } from './TargetsField';

/** What the form has gathered when the review is shown. */
export interface Parameters {
  name: string;
  owner?: string;
  pipeline?: string;
  repoUrl?: string;
  targets: Target[];
}
