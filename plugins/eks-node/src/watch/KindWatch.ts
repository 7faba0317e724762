import type { KubeConfig } from '@kubernetes/client-node';
import type { LabelMatcher } from './labelSelector';
import type { ObjectPart } from './CachedObject';
import type { CacheChange } from './ObjectCache';
import { Reflector } from './Reflector';
import type { WatchSettings } from './settings';
import type { WatchKind, WatchResult, WatchStatus } from './types';

/** What somebody wants of a kind, and whom to tell. */
export interface Interest {
  namespace?: string;
  matches: LabelMatcher;
  /** What is needed of each object; all of it, if there is none. */
  part?: ObjectPart;
  onChange(): void;
}

/** What a kind's watch needs of its surroundings. */
export interface KindWatchOptions {
  cluster: string;
  /** The cluster and the portal's role in it, for sentences. */
  describe(): { clusterName: string; roleArn?: string };
  kind: WatchKind;
  /** Of a kind that is watched by namespace. */
  namespace?: string;
  settings: WatchSettings;
  connect(): Promise<KubeConfig>;
  /** Resolves when the cluster has come to serve the kind that it did not. */
  served(signal: AbortSignal): Promise<void>;
  onEvent(what: 'event' | 'list' | 'resync' | 'failure'): void;
  /** Whether there is room for the watch of one more namespace. */
  mayAdd(): boolean;
  /** What is said of one for which there is none. */
  tooMany(): WatchResult;
  /** Called when nobody has been interested for `keepMs`. */
  onUnused(): void;
}

const isAbout =
  ({ namespace, matches }: Interest) =>
  (change: CacheChange) =>
    (namespace === undefined || namespace === change.namespace) &&
    ((change.before !== undefined && matches(change.before)) ||
      (change.after !== undefined && matches(change.after)));

/**
 * One kind of one cluster, for everybody: one list-and-watch of all
 * namespaces, and where that is forbidden one for each namespace that somebody
 * asks for.
 */
export class KindWatch {
  private readonly everything: Reflector;
  private readonly byNamespace = new Map<string, Reflector>();
  /** Namespaces for which there was no room. */
  private readonly leftOut = new Set<string>();
  private readonly interests = new Set<Interest>();
  private unusedTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: KindWatchOptions) {
    this.everything = this.reflect(options.namespace);
  }

  get isUnused(): boolean {
    return this.interests.size === 0;
  }

  /** How many list-and-watches it is. */
  get size(): number {
    return 1 + this.byNamespace.size;
  }

  /** @returns a function that ends the interest */
  join(interest: Interest): () => void {
    clearTimeout(this.unusedTimer);
    this.interests.add(interest);
    this.fallBack();
    return () => {
      if (this.interests.delete(interest) && this.isUnused) {
        this.unusedTimer = setTimeout(
          () => this.options.onUnused(),
          this.options.settings.keepMs,
        );
        this.unusedTimer.unref();
      }
    };
  }

  read({ namespace, matches, part }: Interest): WatchResult {
    if (this.isLeftOut(namespace)) {
      return this.options.tooMany();
    }
    const reflector = this.reflectorOf(namespace);
    if (reflector.hasListed || !this.everything.hasListed) {
      return {
        objects: reflector.objects.select(namespace, matches, part),
        connection: reflector.connection,
      };
    }
    // Nothing is to be had any more, of the namespace alone neither: what was
    // known before is the last that is.
    const { asOf } = this.everything.connection;
    return {
      objects: this.everything.objects.select(namespace, matches, part),
      connection: { ...reflector.connection, ...(asOf && { asOf }) },
    };
  }

  hasAnswered({ namespace }: Interest): boolean {
    return this.isLeftOut(namespace) || this.reflectorOf(namespace).answered;
  }

  status(): WatchStatus[] {
    const { cluster, kind } = this.options;
    const statusOf = (reflector: Reflector, namespace?: string) => ({
      cluster,
      kind,
      ...(namespace !== undefined && { namespace }),
      connection: reflector.connection,
      objects: reflector.objects.size,
      views: [...this.interests].filter(
        interest => this.reflectorOf(interest.namespace) === reflector,
      ).length,
    });
    return [
      statusOf(this.everything, this.options.namespace),
      ...[...this.byNamespace].map(([namespace, reflector]) =>
        statusOf(reflector, namespace),
      ),
    ];
  }

  /**
   * Connects again where the cluster is not known any more, to say so, and
   * looks whether there is room now for what was left out.
   */
  reconsider(knownClusters: ReadonlySet<string>): void {
    if (!knownClusters.has(this.options.cluster)) {
      this.everything.reconnect();
      this.byNamespace.forEach(reflector => reflector.reconnect());
    }
    if (this.leftOut.size > 0) {
      this.fallBack();
      this.tell('connection');
    }
  }

  stop(): void {
    clearTimeout(this.unusedTimer);
    this.everything.stop();
    this.byNamespace.forEach(reflector => reflector.stop());
  }

  private reflectorOf(namespace: string | undefined): Reflector {
    const own =
      namespace !== undefined && this.everything.isForbidden
        ? this.byNamespace.get(namespace)
        : undefined;
    // Until there is something to say of the namespace, what is known of
    // everything tells more.
    return own && (own.answered || !this.everything.hasListed)
      ? own
      : this.everything;
  }

  private isLeftOut(namespace: string | undefined): boolean {
    return namespace !== undefined && this.leftOut.has(namespace);
  }

  /** Watches single namespaces as long as all of them are forbidden. */
  private fallBack(): void {
    if (this.options.namespace !== undefined) {
      return;
    }
    this.leftOut.clear();
    if (!this.everything.isForbidden) {
      this.byNamespace.forEach(reflector => reflector.stop());
      this.byNamespace.clear();
      return;
    }
    const wanted = new Set(
      [...this.interests].flatMap(({ namespace }) => namespace ?? []),
    );
    for (const [namespace, reflector] of this.byNamespace) {
      if (!wanted.has(namespace)) {
        reflector.stop();
        this.byNamespace.delete(namespace);
      }
    }
    for (const namespace of wanted) {
      if (this.byNamespace.has(namespace)) {
        continue;
      }
      if (this.options.mayAdd()) {
        this.byNamespace.set(namespace, this.reflect(namespace));
      } else {
        this.leftOut.add(namespace);
      }
    }
  }

  private reflect(namespace: string | undefined): Reflector {
    const { describe, kind, settings, connect, served, onEvent } = this.options;
    return new Reflector({
      describe,
      kind,
      ...(namespace !== undefined && { namespace }),
      settings,
      connect,
      replaced: () => namespace === undefined && this.byNamespace.size > 0,
      served,
      onEvent,
      onChange: changes => {
        if (changes === 'connection' && namespace === undefined) {
          this.fallBack();
        }
        this.tell(changes);
      },
    });
  }

  private tell(changes: CacheChange[] | 'connection'): void {
    for (const interest of this.interests) {
      if (changes === 'connection' || changes.some(isAbout(interest))) {
        interest.onChange();
      }
    }
  }
}
