import { catalogEntityDeletePermission } from '@backstage/plugin-catalog-common/alpha';
import {
  AuthorizeResult,
  createPermission,
  type Permission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  eksLogsReadPermission,
  eksPermissions,
  eksPodDeletePermission,
  eksPreflightReadPermission,
  eksRuntimeReadPermission,
  eksWorkloadRestartPermission,
  eksWorkloadScalePermission,
} from '@slipway/backstage-plugin-eks-common';
import { PortalPolicy } from './PortalPolicy';

const policy = new PortalPolicy({
  administrators: new Set(['group:default/platform']),
  onCall: new Set(['group:default/on-call']),
  creators: new Set(['group:default/payments']),
});

const userOf = (...groups: string[]) => ({
  credentials: {
    $$type: '@backstage/BackstageCredentials' as const,
    principal: {},
  },
  token: '',
  identity: {
    type: 'user' as const,
    userEntityRef: '',
    ownershipEntityRefs: [],
  },
  info: {
    userEntityRef: 'user:default/jo',
    ownershipEntityRefs: ['user:default/jo', ...groups],
  },
});
const people = {
  nobody: undefined,
  somebody: userOf('group:default/marketing'),
  creator: userOf('group:default/payments'),
  'on call': userOf('group:default/on-call'),
  administrator: userOf('group:default/platform'),
};

/** A decision in one word: on a condition, the one that has to be met. */
const wordOf = (decision: PolicyDecision): string =>
  decision.result === AuthorizeResult.CONDITIONAL
    ? String(Object(decision.conditions).rule)
    : decision.result;

const basic = (name: string): Permission =>
  createPermission({ name, attributes: {} });
const ofTask = createPermission({
  name: 'scaffolder.task.read',
  attributes: { action: 'read' },
  resourceType: 'scaffolder-task',
});

const OWNER = 'IS_ENTITY_OWNER';
const STARTER = 'IS_TASK_OWNER';

describe('the policy', () => {
  it.each<[Permission, Record<keyof typeof people, string>]>([
    [
      eksRuntimeReadPermission,
      {
        nobody: 'DENY',
        somebody: 'ALLOW',
        creator: 'ALLOW',
        'on call': 'ALLOW',
        administrator: 'ALLOW',
      },
    ],
    ...[
      eksLogsReadPermission,
      eksWorkloadRestartPermission,
      eksWorkloadScalePermission,
      eksPodDeletePermission,
    ].map((permission): [Permission, Record<keyof typeof people, string>] => [
      permission,
      {
        nobody: 'DENY',
        somebody: OWNER,
        creator: OWNER,
        'on call': 'ALLOW',
        administrator: 'ALLOW',
      },
    ]),
    [
      catalogEntityDeletePermission,
      {
        nobody: 'DENY',
        somebody: OWNER,
        creator: OWNER,
        'on call': OWNER,
        administrator: 'ALLOW',
      },
    ],
    ...[
      eksPreflightReadPermission,
      basic('scaffolder.task.create'),
      basic('scaffolder.template.dry-run'),
      basic('catalog.location.create'),
    ].map((permission): [Permission, Record<keyof typeof people, string>] => [
      permission,
      {
        nobody: 'DENY',
        somebody: 'DENY',
        creator: 'ALLOW',
        'on call': 'DENY',
        administrator: 'ALLOW',
      },
    ]),
    [
      ofTask,
      {
        nobody: 'DENY',
        somebody: STARTER,
        creator: STARTER,
        'on call': STARTER,
        administrator: 'ALLOW',
      },
    ],
    ...[basic('kubernetes.proxy'), basic('new.plugin.use')].map(
      (permission): [Permission, Record<keyof typeof people, string>] => [
        permission,
        {
          nobody: 'DENY',
          somebody: 'DENY',
          creator: 'DENY',
          'on call': 'DENY',
          administrator: 'ALLOW',
        },
      ],
    ),
  ])('decides on $name', async (permission, expected) => {
    const found = await Promise.all(
      Object.entries(people).map(async ([name, user]) => [
        name,
        wordOf(await policy.handle({ permission }, user)),
      ]),
    );
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it('asks for the owner by all that somebody is', async () => {
    expect(
      await policy.handle(
        { permission: eksLogsReadPermission },
        people.somebody,
      ),
    ).toMatchObject({
      pluginId: 'catalog',
      resourceType: 'catalog-entity',
      conditions: {
        params: { claims: ['user:default/jo', 'group:default/marketing'] },
      },
    });
  });

  it('lets everybody create where nobody is named', async () => {
    const open = new PortalPolicy({
      administrators: new Set(),
      onCall: new Set(),
    });
    expect(
      await open.handle(
        { permission: basic('scaffolder.task.create') },
        people.somebody,
      ),
    ).toEqual({ result: AuthorizeResult.ALLOW });
  });

  it('knows every permission of the EKS plugins', async () => {
    const decisions = await Promise.all(
      eksPermissions.map(permission =>
        policy.handle({ permission }, people.creator),
      ),
    );
    expect(decisions.map(wordOf)).not.toContain('DENY');
  });
});
