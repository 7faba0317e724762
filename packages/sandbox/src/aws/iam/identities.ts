import { randomBytes } from 'node:crypto';
import { AccessRequest, decide, Decision, parsePolicy, Policy } from './policy';
import { arnOfRole, IamRole } from './state';

/** An IAM user or role, as the seed describes it. */
export interface PrincipalSeed {
  kind: 'user' | 'role';
  accountId: string;
  name: string;
  /** Policy documents (JSON) that say what it may do. */
  policies: unknown[];
  /** For roles: who may assume it (JSON). */
  trust?: unknown;
}

/** A managed policy, as the seed describes it. */
export interface ManagedPolicySeed {
  /** `arn:aws:iam::111122223333:policy/boundary` */
  arn: string;
  /** Policy document (JSON). */
  document: unknown;
}

/** An IAM user or role. */
export interface Principal {
  kind: 'user' | 'role';
  accountId: string;
  name: string;
  arn: string;
  /** `AIDA…` or `AROA…` */
  id: string;
  policies: Policy[];
  trust?: Policy;
  /** The most that it may do, whatever its policies say. */
  boundary?: Policy;
}

/** Keys that sign requests. Plain JSON: they survive in the snapshot. */
export interface StoredCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** ARN of the user or the role. */
  principalArn: string;
  /** For sessions of a role. */
  sessionToken?: string;
  sessionName?: string;
  /** Milliseconds since the epoch. */
  expiresAt?: number;
}

/** Who makes a call. */
export interface Caller {
  /** `arn:aws:iam::…:user/…` or `arn:aws:sts::…:assumed-role/role/session` */
  arn: string;
  accountId: string;
  /** As GetCallerIdentity answers it: `AIDA…` or `AROA…:session`. */
  userId: string;
  principal: Principal;
  sessionName?: string;
}

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An AWS-style unique id: a prefix such as `AKIA` and 16 characters. */
export function uniqueId(prefix: string): string {
  const tail = [...randomBytes(16)].map(
    byte => ID_ALPHABET[byte % ID_ALPHABET.length],
  );
  return prefix + tail.join('');
}

/** A stable id of a seeded principal, the same at every start. */
function principalId(prefix: string, accountId: string, name: string): string {
  const letters = `${name}${accountId}`.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return prefix + letters.padEnd(17, 'X').slice(0, 17);
}

/** A seeded role as the IAM service shows it. */
function seededRole(seed: PrincipalSeed): IamRole {
  return {
    accountId: seed.accountId,
    name: seed.name,
    path: '/',
    id: principalId('AROA', seed.accountId, seed.name),
    createdAt: 0,
    maxSessionSeconds: 3600,
    trust: JSON.stringify(
      seed.trust ?? { Version: '2012-10-17', Statement: [] },
    ),
    inlinePolicies: Object.fromEntries(
      seed.policies.map((policy, index) => [
        index === 0 ? seed.name : `${seed.name}-${index + 1}`,
        JSON.stringify(policy),
      ]),
    ),
    attachedPolicies: [],
    tags: {},
  };
}

/** What a principal may do: what its policies allow, within its boundary. */
export function decideFor(
  principal: Principal,
  request: AccessRequest,
): Decision {
  const decision = decide(principal.policies, request);
  return decision === 'allowed' && principal.boundary
    ? decide([principal.boundary], request)
    : decision;
}

/** What {@link Identities} knows. */
export interface IdentitiesOptions {
  principals: readonly PrincipalSeed[];
  managedPolicies: readonly ManagedPolicySeed[];
  /** Roles that were made, by ARN. */
  roles: Record<string, IamRole>;
  /** Keys by access key id. */
  credentials: Record<string, StoredCredentials>;
  now(): number;
}

/** The users and roles of all accounts, and the keys that they hold. */
export class Identities {
  private readonly users = new Map<string, Principal>();
  private readonly seededRoles = new Map<string, IamRole>();
  private readonly managed = new Map<string, Policy>();
  private readonly roles: Record<string, IamRole>;
  private readonly credentials: Record<string, StoredCredentials>;
  private readonly now: () => number;

  constructor(options: IdentitiesOptions) {
    this.roles = options.roles;
    this.credentials = options.credentials;
    this.now = options.now;
    options.managedPolicies.forEach(policy => this.putManagedPolicy(policy));
    for (const seed of options.principals) {
      const { accountId, name } = seed;
      if (seed.kind === 'role') {
        const role = seededRole(seed);
        this.seededRoles.set(arnOfRole(role), role);
      } else {
        const arn = `arn:aws:iam::${accountId}:user/${name}`;
        this.users.set(arn, {
          kind: 'user',
          accountId,
          name,
          arn,
          id: principalId('AIDA', accountId, name),
          policies: seed.policies.map(parsePolicy),
        });
      }
    }
  }

  find(arn: string): Principal | undefined {
    const user = this.users.get(arn);
    if (user) {
      return user;
    }
    const role =
      this.seededRoles.get(arn) ??
      (Object.hasOwn(this.roles, arn) ? this.roles[arn] : undefined);
    return role && this.principalOf(role);
  }

  /** A role by its name, which is unique in its account whatever its path. */
  role(accountId: string, name: string): IamRole | undefined {
    const wanted = name.toLowerCase();
    return this.allRoles().find(
      role =>
        role.accountId === accountId && role.name.toLowerCase() === wanted,
    );
  }

  /** The roles of all accounts, those of the seed first. */
  allRoles(): IamRole[] {
    return [...this.seededRoles.values(), ...Object.values(this.roles)];
  }

  /** Whether an account is played here, so that its roles are known. */
  hasAccount(accountId: string): boolean {
    return [...this.seededRoles.values()].some(
      role => role.accountId === accountId,
    );
  }

  /** Whether a role is of the seed, and so stays as it is. */
  isSeeded(role: IamRole): boolean {
    return this.seededRoles.has(arnOfRole(role));
  }

  /** Whether there is a managed policy that can be attached. */
  hasManagedPolicy(arn: string): boolean {
    return this.managed.has(arn);
  }

  putManagedPolicy({ arn, document }: ManagedPolicySeed): void {
    this.managed.set(arn, parsePolicy(document));
  }

  deleteManagedPolicy(arn: string): void {
    this.managed.delete(arn);
  }

  credentialsOf(accessKeyId: string): StoredCredentials | undefined {
    return Object.hasOwn(this.credentials, accessKeyId)
      ? this.credentials[accessKeyId]
      : undefined;
  }

  /** The long-lived key of a user; made when first asked for. */
  userCredentials(arn: string): StoredCredentials {
    const existing = Object.values(this.credentials).find(
      stored => stored.principalArn === arn && !stored.sessionToken,
    );
    return (
      existing ??
      this.store({
        accessKeyId: uniqueId('AKIA'),
        secretAccessKey: randomBytes(30).toString('base64'),
        principalArn: arn,
      })
    );
  }

  /** Keys of a new session of a role. */
  startSession(
    role: Principal,
    sessionName: string,
    durationSeconds: number,
  ): StoredCredentials & { sessionToken: string; expiresAt: number } {
    this.forgetExpired();
    return this.store({
      accessKeyId: uniqueId('ASIA'),
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(180).toString('base64'),
      sessionName,
      expiresAt: this.now() + durationSeconds * 1000,
      principalArn: role.arn,
    });
  }

  callerOf(stored: StoredCredentials): Caller | undefined {
    const principal = this.find(stored.principalArn);
    if (!principal) {
      return undefined;
    }
    const { accountId, name, id } = principal;
    if (principal.kind === 'user') {
      return { arn: principal.arn, accountId, userId: id, principal };
    }
    const { sessionName } = stored;
    return {
      arn: `arn:aws:sts::${accountId}:assumed-role/${name}/${sessionName}`,
      accountId,
      userId: `${id}:${sessionName}`,
      principal,
      sessionName,
    };
  }

  private principalOf(role: IamRole): Principal {
    const { accountId, name, id, permissionsBoundary } = role;
    const managed = (arn: string) =>
      this.managed.get(arn) ?? { statements: [] };
    return {
      kind: 'role',
      accountId,
      name,
      arn: arnOfRole(role),
      id,
      policies: [
        ...Object.values(role.inlinePolicies).map(text =>
          parsePolicy(JSON.parse(text)),
        ),
        ...role.attachedPolicies.map(managed),
      ],
      trust: parsePolicy(JSON.parse(role.trust)),
      ...(permissionsBoundary !== undefined && {
        boundary: managed(permissionsBoundary),
      }),
    };
  }

  private store<T extends StoredCredentials>(stored: T): T {
    this.credentials[stored.accessKeyId] = stored;
    return stored;
  }

  /** Drops sessions a day after their end; until then they say 'expired'. */
  private forgetExpired() {
    const limit = this.now() - 24 * 60 * 60 * 1000;
    for (const [id, { expiresAt }] of Object.entries(this.credentials)) {
      if (expiresAt !== undefined && expiresAt < limit) {
        delete this.credentials[id];
      }
    }
  }
}
