import type { ScaffolderService } from '@backstage/plugin-scaffolder-node';

/** What a version of the template records, in short. */
export const filledIn = (version: string) =>
  `template:\n  name: eks-service\n  version: ${version}\ntask: made\nparameters: {}\ntargets: []\n`;

/**
 * A dry run of the template, as far as an upgrade has to have one: the record
 * of its version. What the scaffolder makes of it is tested in `golden`.
 */
export const fillIn: ScaffolderService['dryRun'] = async ({
  directoryContents,
}) => {
  const record = directoryContents.find(
    ({ path }) => path === 'content/service/.slipway.yaml',
  );
  const text = Buffer.from(record?.base64Content ?? '', 'base64').toString();
  const [, version = ''] = /version: (\S+)/.exec(text) ?? [];
  return {
    log: [],
    steps: [],
    output: {},
    directoryContents: [
      {
        path: '.slipway.yaml',
        base64Content: Buffer.from(filledIn(version)).toString('base64'),
      },
    ],
  };
};
