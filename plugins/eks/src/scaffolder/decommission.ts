import type { ScaffolderApi } from '@backstage/plugin-scaffolder-react';

/** What the form has gathered when it asks for the name. */
export interface Retirement {
  /** Reference of the service. */
  service?: string;
  images?: 'fail' | 'delete';
  repository?: 'archive' | 'keep';
}

/** One thing that a service consists of. */
export interface Thing {
  kind: string;
  name: string;
  where: string;
  detail?: string;
  /** Why it stays, on what stays. */
  reason?: string;
}

/** What removing a service would do. */
export interface Consequences {
  removed: Thing[];
  archived: Thing[];
  left: Thing[];
}

/** The one step of the template, for a dry run. */
const template: Parameters<ScaffolderApi['dryRun']>[0]['template'] = {
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: { name: 'eks-service-decommission-plan' },
  spec: {
    type: 'decommission',
    steps: [
      {
        id: 'plan',
        name: 'See what would go',
        action: 'aws:eks:service:decommission',
        input: {
          entityRef: '${{ parameters.service }}',
          whenNotEmpty: "${{ parameters.images or 'fail' }}",
          archiveRepository:
            "${{ (parameters.repository or 'archive') == 'archive' }}",
        },
      },
    ],
    output: {
      removed: '${{ steps.plan.output.removed }}',
      archived: '${{ steps.plan.output.archived }}',
      left: '${{ steps.plan.output.left }}',
    },
  },
};

/**
 * Asks what removing a service would do, as the person who would remove it:
 * the scaffolder's dry run of the action, which writes nothing.
 */
export async function planDecommission(
  scaffolder: ScaffolderApi,
  { service = '', images, repository }: Retirement,
): Promise<Consequences> {
  const { output } = await scaffolder.dryRun({
    template,
    values: {
      service,
      ...(images && { images }),
      ...(repository && { repository }),
    },
    directoryContents: [],
  });
  return {
    removed: thingsOf(output.removed),
    archived: thingsOf(output.archived),
    left: thingsOf(output.left),
  };
}

/** Last part of an entity reference: what the person has to type. */
export const nameIn = (ref: string | undefined) =>
  (ref ?? '').split('/').pop()?.split(':').pop() ?? '';

function thingsOf(value: unknown): Thing[] {
  return Array.isArray(value) ? value.filter(isThing) : [];
}

function isThing(value: unknown): value is Thing {
  const texts = ['kind', 'name', 'where'];
  return (
    typeof value === 'object' &&
    value !== null &&
    texts.every(key => key in value) &&
    Object.entries(value).every(
      ([key, text]) => key === 'remains' || typeof text === 'string',
    )
  );
}
