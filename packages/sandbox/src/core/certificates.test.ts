import { createServer, request } from 'node:https';
import { createServerCertificate } from './certificates';
import { close, listen, PortTakenError } from './http';

function get(port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ port, host: 'localhost', ca, agent: false }, response => {
      response.setEncoding('utf8');
      response.once('data', resolve);
    })
      .once('error', reject)
      .end();
  });
}

it('is trusted by who has its authority, and by nobody else', async () => {
  const [mine, other] = await Promise.all(
    ['prod-eu', 'batch-eu'].map(name =>
      createServerCertificate(name, Date.now()),
    ),
  );
  const server = createServer(
    { cert: mine.certificate, key: mine.key },
    (_, response) => response.end('hello'),
  );
  const port = await listen(server, 0, 'a test');
  try {
    expect(await get(port, mine.certificateAuthority)).toBe('hello');
    await expect(get(port, other.certificateAuthority)).rejects.toThrow(
      /certificate/,
    );
    await expect(listen(createServer(), port, 'another test')).rejects.toThrow(
      PortTakenError,
    );
  } finally {
    await close(server);
  }
});
