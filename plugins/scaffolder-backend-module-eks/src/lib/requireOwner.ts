import type {
  AuthService,
  BackstageCredentials,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import {
  type Entity,
  RELATION_OWNED_BY,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { NotAllowedError } from '@backstage/errors';

/** What only an owner may do with an entity. */
export type Deed = 'remove' | 'upgrade';

/** Tells who a caller is, and which groups they are in. */
export interface CallerServices {
  auth: AuthService;
  userInfo: UserInfoService;
}

/**
 * Makes sure that the caller is an owner of the entity, as the catalog has it,
 * by themselves or by one of their groups.
 *
 * @returns reference of the caller
 * @throws NotAllowedError when they are not, or are no person
 */
export async function requireOwner(
  entity: Entity,
  credentials: BackstageCredentials,
  { auth, userInfo }: CallerServices,
  deed: Deed,
): Promise<string> {
  const ref = stringifyEntityRef(entity);
  if (!auth.isPrincipal(credentials, 'user')) {
    throw new NotAllowedError(
      `${ref} can only be ${deed}d by a person who owns it; run the template as one`,
    );
  }
  const { userEntityRef, ownershipEntityRefs } =
    await userInfo.getUserInfo(credentials);
  const owners = (entity.relations ?? [])
    .filter(({ type }) => type === RELATION_OWNED_BY)
    .map(({ targetRef }) => targetRef.toLocaleLowerCase('en-US'));
  const mine = [userEntityRef, ...ownershipEntityRefs].map(owner =>
    owner.toLocaleLowerCase('en-US'),
  );
  if (!owners.some(owner => mine.includes(owner))) {
    throw new NotAllowedError(
      owners.length > 0
        ? `${ref} belongs to ${owners.join(', ')}, and ${userEntityRef} is none of them; ask one of them to ${deed} it`
        : `${ref} belongs to nobody in the catalog; set \`spec.owner\` in its catalog-info.yaml to one of your groups`,
    );
  }
  return userEntityRef;
}
