import type { KubeConfig } from '@kubernetes/client-node';
import {
  KubernetesStatusError,
  openKubernetes,
  parseObject,
  readText,
} from '../kubernetes/request';
import { isObject, textIn } from '../lib/text';
import { CachedObject } from './CachedObject';
import type { Packing } from './Packing';
import { readLines } from './readLines';
import { ObjectCache } from './ObjectCache';
import type { WatchSettings } from './settings';
import type { WatchKind } from './types';

const PAGE = 500;
const MAXIMUM_PAGE_BYTES = 64 * 1024 * 1024;
const MAXIMUM_LINE_BYTES = 4 * 1024 * 1024;
/** A list that trickles is cut after so many times of what its headers may take. */
const PAGE_DEADLINES = 6;

/** What is listed, and how. */
export interface Listing {
  kubeConfig: KubeConfig;
  kind: WatchKind;
  namespace?: string;
  settings: WatchSettings;
  signal: AbortSignal;
}

/** The same for what is kept. */
export interface KeptListing extends Listing {
  packing: Packing;
}

/** A part of a list. */
export interface ListPage {
  items: unknown[];
  /** Of the items, which do not say it themselves. */
  type: { apiVersion: string; kind: string };
  resourceVersion: string;
}

/** More objects than may be kept. */
export class TooManyObjectsError extends Error {
  constructor(maximum: number) {
    super(
      `more than ${maximum} objects; raise eks.watch.maximumObjects if the portal has the memory`,
    );
  }
}

/** A watch over which nothing came, not even a bookmark. */
export class SilentError extends Error {
  override name = 'TimeoutError';

  constructor(milliseconds: number) {
    super(`no sign of life for ${milliseconds / 1000} s`);
  }
}

/** What came over a watch. */
export type WatchEvent =
  | { type: 'put'; object: CachedObject; resourceVersion: string }
  | { type: 'remove'; object: CachedObject; resourceVersion: string }
  | { type: 'bookmark'; resourceVersion: string };

function pathOf(
  { kind, namespace }: Listing,
  query: Record<string, string>,
): string {
  const { group, version, plural } = kind;
  const root = group ? `/apis/${group}/${version}` : `/api/${version}`;
  const path =
    namespace === undefined
      ? `${root}/${plural}`
      : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
  const { fieldSelector } = kind;
  return `${path}?${new URLSearchParams({
    ...query,
    ...(fieldSelector && { fieldSelector }),
  })}`;
}

/**
 * Lists all objects, a page at a time.
 *
 * @returns them, and the version from which to watch
 * @throws KubernetesStatusError with 410 when pages ran out while they were read
 * @throws TooManyObjectsError above `maximumObjects`
 */
export async function listAll(
  listing: KeptListing,
): Promise<{ objects: ObjectCache; resourceVersion: string }> {
  const objects = new ObjectCache(listing.kind.newest);
  let resourceVersion = '';
  for await (const page of listPages(listing)) {
    for (const item of page.items) {
      const object = CachedObject.of(item, listing.packing, page.type);
      if (object) {
        objects.put(object);
      }
    }
    resourceVersion = page.resourceVersion;
  }
  return { objects, resourceVersion };
}

/** Reads a list of which nothing is kept by itself, as {@link listAll} does. */
export async function* listPages(listing: Listing): AsyncGenerator<ListPage> {
  const { maximumObjects } = listing.settings;
  let count = 0;
  let token = '';
  do {
    const path = pathOf(listing, {
      limit: String(Math.min(PAGE, maximumObjects + 1)),
      ...(token && { continue: token }),
    });
    const page = parseObject(await readPage(listing, path));
    if (!Array.isArray(page.items)) {
      throw new Error('the answer to a list is none');
    }
    count += page.items.length;
    if (count > maximumObjects) {
      throw new TooManyObjectsError(maximumObjects);
    }
    yield {
      items: page.items,
      type: {
        apiVersion: textIn(page, 'apiVersion') ?? '',
        kind: (textIn(page, 'kind') ?? '').replace(/List$/, ''),
      },
      resourceVersion: textIn(page.metadata, 'resourceVersion') ?? '',
    };
    token = textIn(page.metadata, 'continue') ?? '';
  } while (token);
}

async function readPage(
  { kubeConfig, settings, signal }: Listing,
  path: string,
): Promise<string> {
  const deadline = AbortSignal.timeout(settings.answerMs * PAGE_DEADLINES);
  try {
    const response = await openKubernetes(kubeConfig, path, {
      signal: AbortSignal.any([signal, deadline]),
      headersMs: settings.answerMs,
    });
    return await readText(response, MAXIMUM_PAGE_BYTES, settings.answerMs);
  } catch (error) {
    // What is cut only says that it was.
    throw deadline.aborted ? deadline.reason : error;
  }
}

/**
 * Watches from a version on, until the API server ends the watch in good
 * order.
 *
 * @param onOpen - called when the API server has accepted the watch
 * @throws KubernetesStatusError with 410 when that version is too old
 * @throws SilentError when nothing came for `silenceMs`
 * @throws another error when the connection breaks
 */
export async function watchFrom(
  listing: KeptListing,
  resourceVersion: string,
  onOpen: () => void,
  onEvent: (event: WatchEvent) => void,
): Promise<void> {
  const { kubeConfig, settings, packing, signal } = listing;
  const silence = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const hear = () => {
    clearTimeout(timer);
    timer = setTimeout(
      () => silence.abort(new SilentError(settings.silenceMs)),
      settings.silenceMs,
    );
  };
  try {
    const path = pathOf(listing, {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion,
    });
    const response = await openKubernetes(kubeConfig, path, {
      signal: AbortSignal.any([signal, silence.signal]),
      headersMs: settings.answerMs,
    });
    hear();
    onOpen();
    for await (const line of readLines(response, MAXIMUM_LINE_BYTES, hear)) {
      if (line !== '') {
        onEvent(eventOf(line, packing));
      }
    }
    if (response.errored || !response.complete) {
      throw (
        response.errored ??
        Object.assign(new Error('the watch was cut'), { code: 'ECONNRESET' })
      );
    }
  } catch (error) {
    throw silence.signal.aborted ? silence.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

function eventOf(line: string, packing: Packing): WatchEvent {
  const { type, object } = parseObject(line);
  if (type === 'ERROR') {
    throw new KubernetesStatusError(
      isObject(object) && typeof object.code === 'number' ? object.code : 500,
      textIn(object, 'message') ?? '',
    );
  }
  const metadata = isObject(object) ? object.metadata : undefined;
  const resourceVersion = textIn(metadata, 'resourceVersion');
  if (type === 'BOOKMARK' && resourceVersion) {
    return { type: 'bookmark', resourceVersion };
  }
  const cached = CachedObject.of(object, packing);
  if (cached && resourceVersion) {
    if (type === 'ADDED' || type === 'MODIFIED') {
      return { type: 'put', object: cached, resourceVersion };
    }
    if (type === 'DELETED') {
      return { type: 'remove', object: cached, resourceVersion };
    }
  }
  throw new Error('the watch said something that is no event');
}
