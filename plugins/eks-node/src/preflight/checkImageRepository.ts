import type { AwsClients } from '../aws/AwsClients';
import {
  describeRepository,
  listTags,
  openRegistry,
} from '../resources/ecr/registry';
import { madeByOtherTask, ownershipFromTags } from '../resources/ownership';
import { findingIn, guard, type Patience } from './guard';
import { Report } from './report';

/** Image repository that the service will get. */
export interface ImageRepository {
  name: string;
  accountId: string;
  region: string;
}

const CHECK = 'image-repository';

/** Asks ECR whether the image repository is free, or the service's own. */
export async function checkImageRepository(
  repository: ImageRepository,
  options: Patience & { clients: AwsClients; entity: string; task?: string },
): Promise<Report> {
  const { name, accountId, region } = repository;
  const { clients, entity, task } = options;
  const report = new Report();
  const where = `\`${name}\` in registry ${accountId} ${region}`;
  const what = `Whether image repository ${where} is free`;
  const question = { check: CHECK, what, failing: 'name' } as const;
  await guard(report, question, options, async signal => {
    const registry = openRegistry(clients, { accountId, region, signal });
    const found = await describeRepository(registry, name);
    if (!found?.repositoryArn) {
      report.passed(CHECK, `Image repository ${where} is free`);
      return;
    }
    const tags = await listTags(registry, found.repositoryArn);
    const owner = ownershipFromTags(tags, entity);
    if (
      owner.state === 'ours' &&
      owner.task !== undefined &&
      owner.task !== task
    ) {
      report.failed(CHECK, {
        field: 'name',
        ...findingIn(madeByOtherTask(`image repository ${where}`, owner.task)),
      });
    } else if (owner.state === 'ours') {
      report.passed(
        CHECK,
        `Image repository ${where} belongs to this service already`,
      );
    } else if (owner.state === 'other') {
      report.failed(CHECK, {
        field: 'name',
        message: `image repository ${where} belongs to ${owner.entity}`,
        remedy: 'choose another name',
      });
    } else {
      report.failed(CHECK, {
        field: 'name',
        message: `image repository ${where} exists already and belongs to nobody`,
        remedy: 'choose another name, or have it removed',
      });
    }
  });
  return report;
}
