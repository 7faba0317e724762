import { EKSClient } from '@aws-sdk/client-eks';
import { createServer, type Server } from 'node:http';
import { accessEntry } from './accessEntry';
import type { ClusterApi } from './clusterApi';
import { accessEntries } from './clusterResources';

/** EKS of a cluster that only knows its `aws-auth` ConfigMap. */
let server: Server;
let client: EKSClient;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    const missing = /entries\/./.test(request.url ?? '');
    response.writeHead(missing ? 404 : 400, {
      'content-type': 'application/json',
      'x-amzn-errortype': missing
        ? 'ResourceNotFoundException'
        : 'InvalidRequestException',
    });
    response.end(
      JSON.stringify({
        message: missing
          ? 'The specified principalArn could not be found.'
          : "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
      }),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  client = new EKSClient({
    endpoint: `http://127.0.0.1:${
      typeof address === 'object' ? address?.port : undefined
    }`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});

afterAll(async () => {
  client.destroy();
  await new Promise(resolve => server.close(resolve));
});

function clusterApi(): ClusterApi {
  return {
    client,
    cluster: {
      partition: 'aws',
      region: 'eu-west-1',
      accountId: '111122223333',
      name: 'old',
    },
    call: (_action, _what, run) => run({}),
    putTags: async () => {},
  };
}

describe('a cluster that takes no access entries', () => {
  it('has none to remove', async () => {
    expect(await accessEntries(clusterApi()).list()).toEqual([]);
  });

  it('says how it would take them', async () => {
    const entry = accessEntry(clusterApi(), {
      principalArn: 'arn:aws:iam::111122223333:role/orders',
      kubernetesGroups: [],
      policies: [],
      tags: {},
    });

    expect(await entry.read()).toBeUndefined();
    await expect(entry.create({})).rejects.toThrow(
      /cluster `old` takes no access entries: its authentication mode is CONFIG_MAP; have an operator set it to API_AND_CONFIG_MAP/,
    );
  });
});
