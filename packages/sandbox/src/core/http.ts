import { IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';

/** Where every stand-in listens: this machine only. */
export const LOOPBACK = '127.0.0.1';

/** A port that the sandbox needs is in use. */
export class PortTakenError extends Error {
  constructor(
    readonly port: number,
    what: string,
  ) {
    super(
      `Port ${port} is taken, which the sandbox needs for ${what}: stop the program that uses it (\`lsof -i :${port}\` names it) and start again.`,
    );
    this.name = 'PortTakenError';
  }
}

/**
 * Starts to listen on loopback.
 *
 * @param port - 0 for any free one
 * @param what - what the port is for, for the error
 * @returns the port
 * @throws PortTakenError
 */
export async function listen(
  server: Server,
  port: number,
  what: string,
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE' ? new PortTakenError(port, what) : error,
      ),
    );
    server.listen(port, LOOPBACK, resolve);
  });
  return portOf(server);
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The server does not listen on a port');
  }
  return address.port;
}

/** Stops listening and ends what is still open: watches, hanging calls. */
export async function close(server: Server): Promise<void> {
  await new Promise<void>(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Reads a request's body; `undefined` when it is longer than `limit` bytes. */
export async function readBody(
  request: IncomingMessage,
  limit = 16 * 1024 * 1024,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > limit) {
      return undefined;
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
