import type {
  RuntimePatch,
  RuntimeResponse,
  StreamEnd,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/**
 * What a stream of changes says.
 *
 * - `snapshot`: all of it, now
 * - `patch`: what changed since the event before
 * - `end`: nothing more comes, and why
 *
 * @public
 */
export type RuntimeEvent =
  | { type: 'snapshot'; id?: string; data: RuntimeResponse }
  | { type: 'patch'; id?: string; data: RuntimePatch }
  | { type: 'end'; data: StreamEnd };

/** The events of a stream, as they arrive. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  onAlive: () => void = () => {},
): AsyncGenerator<RuntimeEvent> {
  let messages: EventSourceMessage[] = [];
  const parser = createParser({
    onEvent: message => messages.push(message),
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      onAlive();
      parser.feed(decoder.decode(value, { stream: true }));
      const arrived = messages;
      messages = [];
      for (const message of arrived) {
        const event = toEvent(message);
        if (event) {
          yield event;
        }
      }
    }
  } finally {
    // Whoever stops listening closes the connection.
    await reader.cancel().catch(() => {});
  }
}

/** An event of a later version of the backend is not understood, and skipped. */
function toEvent({
  event,
  id,
  data,
}: EventSourceMessage): RuntimeEvent | undefined {
  switch (event) {
    case 'snapshot':
    case 'patch':
      return { type: event, ...(id && { id }), data: JSON.parse(data) };
    case 'end':
      return { type: 'end', data: JSON.parse(data) };
    default:
      return undefined;
  }
}
