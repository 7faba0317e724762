import actions from './actions.contract';
import ecr from './ecr.contract';
import eks from './eks.contract';
import iam from './iam.contract';
import s3 from './s3.contract';
import sts from './sts.contract';
import type { ContractCase } from './types';
import workspaces from './workspaces.contract';

/** Everything that the actions rely on, and the actions. */
export const cases: ContractCase[] = [
  ...ecr,
  ...eks,
  ...iam,
  ...s3,
  ...sts,
  ...actions,
  ...workspaces,
];

/** Name of a case, unique. */
export const nameOf = ({ operation, holds }: ContractCase) =>
  `${operation} ${holds}`;
