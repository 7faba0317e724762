import { clusterPrograms } from './programs';

/** A program that says where a control plane's programs are, built first if they are not there. */
async function main([user = 'npm start -- --real-clusters']: string[]) {
  process.stdout.write(await clusterPrograms({ user }));
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
