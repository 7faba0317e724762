import { randomBytes } from 'node:crypto';
import { parsePolicy, Policy } from './policy';

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

/** The users and roles of all accounts, and the keys that they hold. */
export class Identities {
  private readonly principals = new Map<string, Principal>();

  constructor(
    seeds: readonly PrincipalSeed[],
    private readonly credentials: Record<string, StoredCredentials>,
    private readonly now: () => number,
  ) {
    for (const seed of seeds) {
      const arn = `arn:aws:iam::${seed.accountId}:${seed.kind}/${seed.name}`;
      this.principals.set(arn, {
        kind: seed.kind,
        accountId: seed.accountId,
        name: seed.name,
        arn,
        id: principalId(
          seed.kind === 'user' ? 'AIDA' : 'AROA',
          seed.accountId,
          seed.name,
        ),
        policies: seed.policies.map(parsePolicy),
        ...(seed.trust !== undefined && { trust: parsePolicy(seed.trust) }),
      });
    }
  }

  find(arn: string): Principal | undefined {
    return this.principals.get(arn);
  }

  list(): Principal[] {
    return [...this.principals.values()];
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
    const principal = this.principals.get(stored.principalArn);
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
