import { playedActions } from './actions';
import { type Scaffolder, startScaffolder } from './scaffolder';

/** A scaffolder with played actions, for the tests of one file. */
export function usePlayedScaffolder(): Pick<Scaffolder, 'dryRun'> {
  let scaffolder: Scaffolder | undefined;
  beforeAll(async () => {
    scaffolder = await startScaffolder({
      features: [playedActions],
      config: { integrations: { github: [{ host: 'github.com' }] } },
    });
  });
  afterAll(() => scaffolder?.stop());
  return {
    async dryRun(...options) {
      if (!scaffolder) {
        throw new Error('the scaffolder is only there while tests run');
      }
      return scaffolder.dryRun(...options);
    },
  };
}
