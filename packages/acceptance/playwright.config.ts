import { defineConfig } from '@playwright/test';

// Chromium comes from the system: nothing is downloaded for a test run.
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

// `npm run test:e2e -- --real-clusters`: the same story, on a cluster that
// Kubernetes' own programs run. States of the page are the same on both.
const onRealClusters = Boolean(process.env.REAL_CLUSTERS);

const states = {
  name: 'states',
  testDir: './states',
  use: { baseURL: 'http://localhost:3100' },
};
const statesServer = {
  command:
    'node ../../node_modules/@backstage/cli/bin/backstage-cli package start --config dev/app-config.yaml',
  cwd: '../../plugins/eks',
  wait: { stdout: /compiled successfully/ },
  timeout: 240_000,
  stdout: 'pipe' as const,
  stderr: 'pipe' as const,
};

export default defineConfig({
  outputDir: './results',
  // One portal, one sandbox: the tests tell one story, in order.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: {
    viewport: { width: 1400, height: 1000 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    {
      name: 'portal',
      testDir: './e2e',
      use: { baseURL: 'http://localhost:3000' },
    },
    ...(onRealClusters ? [] : [states]),
  ],
  webServer: [
    // The very command a newcomer types; what was created before is forgotten.
    {
      command: `node scripts/start.mjs --reset${
        onRealClusters ? ' --real-clusters' : ''
      }`,
      cwd: '../..',
      wait: { stdout: /Ready in/ },
      timeout: 240_000,
      stdout: 'pipe',
      stderr: 'pipe',
      gracefulShutdown: { signal: 'SIGINT', timeout: 15_000 },
    },
    ...(onRealClusters ? [] : [statesServer]),
  ],
});
