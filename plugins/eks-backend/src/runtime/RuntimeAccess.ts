import type {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import { NotAllowedError, NotFoundError, toError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import {
  AuthorizeResult,
  type ResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  eksLogsReadPermission,
  eksPodDeletePermission,
  eksRuntimeReadPermission,
  eksWorkloadRestartPermission,
  eksWorkloadScalePermission,
} from '@slipway/backstage-plugin-eks-common';
import type { Ability } from '@slipway/backstage-plugin-eks-common/runtime';

/** What each ability needs beside the permission to look. */
const abilityPermissions: Record<Ability, ResourcePermission> = {
  logs: eksLogsReadPermission,
  restart: eksWorkloadRestartPermission,
  scale: eksWorkloadScalePermission,
  'delete-pod': eksPodDeletePermission,
};

const abilityNames: readonly Ability[] = [
  'logs',
  'restart',
  'scale',
  'delete-pod',
];

/** What changes something, and can be switched off for all. */
const changes: readonly Ability[] = ['restart', 'scale', 'delete-pod'];

/** How long it is taken for true that somebody may look. */
const FRESH_MS = 5_000;
const MAXIMUM_RECENT = 10_000;

/** An entity that somebody may look at, and what they may do with it. */
export interface Access {
  entity: Entity;
  abilities: Ability[];
}

/**
 * Decides who may look at what an entity has running, and what they may do. The
 * entity is the one that the caller sees in the catalog, and permissions are
 * about it, so that a policy may decide by its owner.
 */
export class RuntimeAccess {
  readonly #catalog: CatalogService;
  readonly #permissions: PermissionsService;
  readonly #actionsEnabled: boolean;
  /** The oldest first. */
  readonly #recent = new Map<string, { access: Promise<Access>; at: number }>();

  constructor(options: {
    catalog: CatalogService;
    permissions: PermissionsService;
    /** `eks.runtime.actions.enabled` */
    actionsEnabled: boolean;
  }) {
    this.#catalog = options.catalog;
    this.#permissions = options.permissions;
    this.#actionsEnabled = options.actionsEnabled;
  }

  /**
   * At most a few seconds old: fifty people who open a page at once ask the
   * catalog and the policy no more often than one who keeps reloading it.
   *
   * @throws NotFoundError if the caller sees no such entity
   * @throws NotAllowedError that names the permission that is missing
   */
  async look(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<Access> {
    const user = userOf(credentials);
    if (user === undefined) {
      return this.#ask(entityRef, credentials);
    }
    const key = JSON.stringify([user, entityRef]);
    const now = Date.now();
    const kept = this.#recent.get(key);
    if (kept && now < kept.at + FRESH_MS) {
      return kept.access;
    }
    const access = this.#ask(entityRef, credentials);
    this.#recent.delete(key);
    this.#recent.set(key, { access, at: now });
    // What failed is asked again by the next who looks.
    access.catch(() => this.#recent.delete(key));
    this.#forget(now);
    return access;
  }

  #forget(now: number): void {
    for (const [key, { at }] of this.#recent) {
      if (now < at + FRESH_MS && this.#recent.size <= MAXIMUM_RECENT) {
        return;
      }
      this.#recent.delete(key);
    }
  }

  async #ask(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<Access> {
    const [entity, [abilities]] = await Promise.all([
      this.#catalog.getEntityByRef(entityRef, { credentials }),
      this.#decide([entityRef], credentials),
    ]);
    return this.#access(entityRef, entity, abilities);
  }

  /**
   * The same for many: an error for each that the caller may not look at.
   */
  async lookAtMany(
    entityRefs: string[],
    credentials: BackstageCredentials,
  ): Promise<(Access | Error)[]> {
    const [{ items }, decisions] = await Promise.all([
      this.#catalog.getEntitiesByRefs({ entityRefs }, { credentials }),
      this.#decide(entityRefs, credentials),
    ]);
    return entityRefs.map((entityRef, index) => {
      try {
        return this.#access(entityRef, items[index], decisions[index]);
      } catch (error) {
        return toError(error);
      }
    });
  }

  /**
   * Asked anew each time.
   *
   * @throws NotFoundError if the caller sees no such entity
   * @throws NotAllowedError that names what is missing: a permission, or the
   *   switch in the configuration
   */
  async require(
    ability: Ability,
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<Access> {
    const access = await this.#ask(entityRef, credentials);
    if (!access.abilities.includes(ability)) {
      throw new NotAllowedError(
        changes.includes(ability) && !this.#actionsEnabled
          ? `${entityRef}: changes from the portal are switched off; an operator switches them on with eks.runtime.actions.enabled`
          : missing(entityRef, abilityPermissions[ability]),
      );
    }
    return access;
  }

  #access(
    entityRef: string,
    entity: Entity | undefined,
    abilities: Ability[] | undefined,
  ): Access {
    if (!entity) {
      throw new NotFoundError(
        `${entityRef}: the catalog has no such entity, or you may not see it`,
      );
    }
    if (!abilities) {
      throw new NotAllowedError(missing(entityRef, eksRuntimeReadPermission));
    }
    return { entity, abilities };
  }

  /** Abilities for each entity; undefined where the caller may not look. */
  async #decide(
    entityRefs: string[],
    credentials: BackstageCredentials,
  ): Promise<(Ability[] | undefined)[]> {
    const abilities = abilityNames.filter(
      ability => this.#actionsEnabled || !changes.includes(ability),
    );
    const permissions = [
      eksRuntimeReadPermission,
      ...abilities.map(ability => abilityPermissions[ability]),
    ];
    const decisions = await this.#permissions.authorize(
      entityRefs.flatMap(resourceRef =>
        permissions.map(permission => ({ permission, resourceRef })),
      ),
      { credentials },
    );
    const allowed = decisions.map(
      ({ result }) => result === AuthorizeResult.ALLOW,
    );
    return entityRefs.map((_, index) => {
      const [mayLook, ...may] = allowed.slice(
        index * permissions.length,
        (index + 1) * permissions.length,
      );
      return mayLook
        ? abilities.filter((_ability, position) => may[position])
        : undefined;
    });
  }
}

/** Who asks, and through whom; undefined for what is no user. */
function userOf({ principal }: BackstageCredentials): unknown {
  if (
    typeof principal !== 'object' ||
    principal === null ||
    !('type' in principal) ||
    principal.type !== 'user' ||
    !('userEntityRef' in principal)
  ) {
    return undefined;
  }
  return [
    principal.userEntityRef,
    'actor' in principal ? principal.actor : undefined,
  ];
}

function missing(entityRef: string, { name }: ResourcePermission): string {
  return `${entityRef}: you may not do this; ask for the permission ${name}`;
}
