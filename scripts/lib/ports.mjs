import { createServer } from 'node:net';
import { Advice } from './say.mjs';

/** What listens where in the portal on the sandbox. */
export const ports = {
  3000: 'the portal',
  7007: "the portal's backend",
  7100: "the sandbox's status page",
  7101: "the sandbox's AWS",
  7102: "the sandbox's GitHub",
  7103: "the sandbox's GitLab",
  7111: "the sandbox's cluster prod-eu",
  7112: "the sandbox's cluster batch-eu",
  7113: "the sandbox's cluster staging-us",
  7114: "the sandbox's cluster prod-us",
};

/** Fails with a sentence that names each port that somebody else holds. */
export async function requireFreePorts() {
  const taken = [];
  for (const [port, purpose] of Object.entries(ports)) {
    if (!(await isFree(Number(port)))) {
      taken.push(`${port} (for ${purpose})`);
    }
  }
  if (taken.length > 0) {
    throw new Advice(
      `port ${taken.join(
        ', ',
      )} is taken. Stop what listens there (perhaps a portal that is still running) and try again.`,
    );
  }
}

function isFree(port) {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}
