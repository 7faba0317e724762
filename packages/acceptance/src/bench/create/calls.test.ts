import { createServer, get, type Server } from 'node:http';
import { Calls } from './calls';

const DELAY_MS = 30;

describe('Calls', () => {
  let server: Server;
  let url: string;
  let calls: Calls;

  beforeAll(async () => {
    server = createServer((_, response) => {
      response.write('a');
      setTimeout(() => response.end('b'), DELAY_MS);
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    url = `http://127.0.0.1:${
      address && typeof address === 'object' ? address.port : ''
    }`;
  });

  beforeEach(() => {
    calls = new Calls();
  });

  afterEach(() => calls.stop());

  afterAll(() => server.close());

  it.each<[string, () => Promise<unknown>]>([
    [
      'http',
      () => new Promise(done => get(url, r => r.resume().once('close', done))),
    ],
    ['fetch', async () => (await fetch(url)).text()],
  ])('notes a request of %s until its answer has ended', async (_, ask) => {
    await ask();
    // The last byte is told of a moment after whoever asked has it.
    await new Promise(done => setImmediate(done));

    const [call, ...others] = calls.take();
    expect(others).toEqual([]);
    expect(call.port).toBe(new URL(url).port);
    expect(call.to - call.from).toBeGreaterThanOrEqual(DELAY_MS - 5);
  });
});
