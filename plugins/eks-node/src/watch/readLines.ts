const NEWLINE = 0x0a;

/**
 * Reads a stream line by line. Leaving the loop destroys the stream, and with
 * it the connection.
 *
 * @param maximumBytes - longest line; what comes without an end must not fill
 *   the memory
 * @param onChunk - called whenever something comes, a whole line or not
 * @throws Error when a line is longer, or the stream breaks
 */
export async function* readLines(
  stream: AsyncIterable<Buffer>,
  maximumBytes: number,
  onChunk: () => void,
): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let size = 0;
  const add = (part: Buffer) => {
    parts.push(part);
    size += part.length;
    if (size > maximumBytes) {
      throw new Error(`a line is longer than ${maximumBytes} bytes`);
    }
  };
  const take = () => {
    const line = Buffer.concat(parts, size).toString('utf8');
    parts = [];
    size = 0;
    return line;
  };
  for await (const chunk of stream) {
    onChunk();
    let start = 0;
    for (
      let end = chunk.indexOf(NEWLINE);
      end >= 0;
      end = chunk.indexOf(NEWLINE, start)
    ) {
      add(chunk.subarray(start, end));
      start = end + 1;
      yield take();
    }
    add(chunk.subarray(start));
  }
  if (size > 0) {
    yield take();
  }
}
