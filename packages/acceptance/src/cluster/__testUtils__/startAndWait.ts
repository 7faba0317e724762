import { startControlPlane } from '@slipway/sandbox';

/** A program that starts a control plane, says where it is, and runs on until it is killed. */
async function main([programs]: string[]) {
  const { folder } = await startControlPlane({ programs });
  process.stdout.write(`${folder}\n`);
  setInterval(() => {}, 60_000);
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
