import access from './access.contract';
import apply from './apply.contract';
import discovery from './discovery.contract';
import lists from './lists.contract';
import patches from './patches.contract';
import removal from './removal.contract';
import type { ContractCase } from './types';
import watches from './watches.contract';
import workloads from './workloads.contract';
import writes from './writes.contract';

/** Everything that the portal and its services rely on. */
export const cases: ContractCase[] = [
  ...discovery,
  ...lists,
  ...watches,
  ...writes,
  ...patches,
  ...apply,
  ...removal,
  ...workloads,
  ...access,
];

/** Name of a case, unique. */
export const nameOf = ({ topic, holds }: ContractCase) => `${topic}: ${holds}`;
