import type { PodEvent } from '../api';
import { toEvent } from '../events';
import { listOf, textOf, timeOf } from '../kubernetes';

/**
 * What a cluster tells beside the objects of an entity, which says why they are
 * as they are: as the API server lists it.
 *
 * @public
 */
export interface Told {
  events?: readonly object[];
  /** Karpenter's; undefined where they could not be read. */
  nodeClaims?: readonly object[];
}

/** What became of a node that Karpenter makes. */
export interface NodeClaim {
  name: string;
  launched: Condition | undefined;
  registered: Condition | undefined;
}

/** A condition of a NodeClaim. */
export interface Condition {
  holds: boolean;
  reason: string | undefined;
  message: string | undefined;
  /** ISO 8601. */
  since: string | undefined;
}

/** What was told, to be looked up. */
export interface Tidings {
  /** What was told of an object, the newest first. */
  about(kind: string, namespace: string, name: string): PodEvent[];
  /** Undefined where they could not be read. */
  claims: ReadonlyMap<string, NodeClaim> | undefined;
}

interface EventObject {
  involvedObject?: { kind?: string; namespace?: string; name?: string };
}

export function toTidings({ events, nodeClaims }: Told = {}): Tidings {
  const byObject = new Map<string, PodEvent[]>();
  for (const [index, object] of listOf(events).entries()) {
    const { involvedObject }: EventObject = object;
    const key = keyOf(
      textOf(involvedObject?.kind),
      textOf(involvedObject?.namespace),
      textOf(involvedObject?.name),
    );
    const known = byObject.get(key) ?? [];
    known.push(...toEvent(object, index));
    byObject.set(key, known);
  }
  for (const all of byObject.values()) {
    all.sort((one, other) =>
      (other.lastAt ?? '').localeCompare(one.lastAt ?? ''),
    );
  }
  return {
    about: (kind, namespace, name) =>
      byObject.get(keyOf(kind, namespace, name)) ?? [],
    claims:
      nodeClaims &&
      new Map(
        listOf(nodeClaims)
          .map(toClaim)
          .map(claim => [claim.name, claim]),
      ),
  };
}

const keyOf = (...parts: (string | undefined)[]) => JSON.stringify(parts);

interface ClaimObject {
  metadata?: { name?: string };
  status?: {
    conditions?: {
      type?: string;
      status?: string;
      reason?: string;
      message?: string;
      lastTransitionTime?: string;
    }[];
  };
}

function toClaim({ metadata, status }: ClaimObject): NodeClaim {
  const find = (wanted: string): Condition | undefined => {
    const found = listOf(status?.conditions).find(
      ({ type }) => type === wanted,
    );
    return (
      found && {
        holds: found.status === 'True',
        reason: textOf(found.reason),
        message: textOf(found.message),
        since: timeOf(found.lastTransitionTime),
      }
    );
  };
  return {
    name: textOf(metadata?.name) ?? '',
    launched: find('Launched'),
    registered: find('Registered'),
  };
}
