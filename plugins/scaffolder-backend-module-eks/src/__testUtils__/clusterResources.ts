import {
  CreateAccessEntryCommand,
  CreateFargateProfileCommand,
  CreatePodIdentityAssociationCommand,
  type EKSClient,
  paginateListAccessEntries,
  paginateListFargateProfiles,
  paginateListPodIdentityAssociations,
  waitUntilFargateProfileActive,
} from '@aws-sdk/client-eks';

/** What tests put into a cluster of EKS, and look for there. */
export class ClusterResourcesInTest {
  constructor(
    private readonly client: EKSClient,
    private readonly clusterName: string,
    private readonly accountId: string,
  ) {}

  principalArn(name: string): string {
    return `arn:aws:iam::${this.accountId}:role/${name}`;
  }

  async letIn(name: string, tags: Record<string, string>): Promise<void> {
    await this.client.send(
      new CreateAccessEntryCommand({
        clusterName: this.clusterName,
        principalArn: this.principalArn(name),
        tags,
      }),
    );
  }

  async identify(name: string, tags: Record<string, string>): Promise<void> {
    await this.client.send(
      new CreatePodIdentityAssociationCommand({
        clusterName: this.clusterName,
        namespace: name,
        serviceAccount: name,
        roleArn: this.principalArn(name),
        tags,
      }),
    );
  }

  /** Starts to make a profile; `settled` waits for it. */
  async profile(name: string, tags: Record<string, string>): Promise<void> {
    await this.client.send(
      new CreateFargateProfileCommand({
        clusterName: this.clusterName,
        fargateProfileName: name,
        podExecutionRoleArn: this.principalArn('eks-fargate-pods'),
        selectors: [{ namespace: name }],
        tags,
      }),
    );
  }

  async settled(name: string): Promise<void> {
    await waitUntilFargateProfileActive(
      { client: this.client, minDelay: 1, maxDelay: 1, maxWaitTime: 20 },
      { clusterName: this.clusterName, fargateProfileName: name },
    );
  }

  /** Everything there whose name has the text. */
  async named(text: string): Promise<string[]> {
    const { client, clusterName } = this;
    const found: string[] = [];
    for await (const { accessEntries = [] } of paginateListAccessEntries(
      { client },
      { clusterName },
    )) {
      found.push(...accessEntries.map(arn => `access entry ${arn}`));
    }
    for await (const {
      associations = [],
    } of paginateListPodIdentityAssociations({ client }, { clusterName })) {
      found.push(
        ...associations.map(
          ({ namespace, serviceAccount }) =>
            `association ${namespace}/${serviceAccount}`,
        ),
      );
    }
    for await (const {
      fargateProfileNames = [],
    } of paginateListFargateProfiles({ client }, { clusterName })) {
      found.push(...fargateProfileNames.map(name => `profile ${name}`));
    }
    return found.filter(line => line.includes(text));
  }
}
