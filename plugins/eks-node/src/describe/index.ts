export { chooseCluster } from './chooseCluster';
export { describeFor } from './describeFor';
export {
  describedFields,
  describeFields,
  type DescribedCluster,
  type DescribeInput,
} from './fields';
