// Checked first, with nothing but what any Node can parse.

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  process.stderr.write(
    `slipway: Node ${process.versions.node} is too old to start with. Install Node 20 or newer from https://nodejs.org and try again.\n`,
  );
  process.exit(1);
}

/** Backstage 1.55 runs on these. */
export const isBackstageNode = major === 22 || major === 24;
