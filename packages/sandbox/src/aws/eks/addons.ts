import { Call, Operation } from '../service';
import {
  clusterOf,
  namedCluster,
  notFound,
  own,
  pageOfNames,
  partArn,
  seconds,
} from './common';

const name = (call: Call) => call.input.requiredText('addonName');

export const addonOperations: Operation[] = [
  {
    name: 'ListAddons',
    route: 'GET /clusters/{clusterName}/addons',
    resource: namedCluster,
    run(call) {
      const names = Object.keys(clusterOf(call).addons);
      const { items, nextToken } = pageOfNames(call, names);
      return { addons: items, nextToken };
    },
  },
  {
    name: 'DescribeAddon',
    route: 'GET /clusters/{clusterName}/addons/{addonName}',
    resource: call =>
      partArn(call, 'addon', name(call), ({ addons }) =>
        own(addons, name(call)),
      ),
    run(call) {
      const cluster = clusterOf(call);
      const addon = own(cluster.addons, name(call));
      if (!addon) {
        throw notFound(
          `No addon: ${name(call)} found in cluster: ${cluster.name}`,
        );
      }
      return {
        addon: {
          addonName: addon.name,
          addonArn: addon.arn,
          addonVersion: addon.version,
          clusterName: cluster.name,
          status: addon.issues?.length ? 'DEGRADED' : 'ACTIVE',
          createdAt: seconds(addon.createdAt),
          modifiedAt: seconds(addon.createdAt),
          health: { issues: addon.issues ?? [] },
          serviceAccountRoleArn: addon.serviceAccountRoleArn,
          configurationValues: addon.configurationValues,
          tags: addon.tags,
        },
      };
    },
  },
];
