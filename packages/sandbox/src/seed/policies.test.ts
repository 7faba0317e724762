import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { POLICIES } from './principals';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: unknown;
}

function statementsOf(name: string): Statement[] {
  const document: { Statement: Statement[] } = JSON.parse(
    readFileSync(join(POLICIES, `${name}.json`), 'utf8'),
  );
  return document.Statement;
}

/** What a document of docs/iam-policies allows, one line for each action on each resource. */
function permissionsOf(name: string): string[] {
  return statementsOf(name).flatMap(({ Action, Resource, Condition }) =>
    [Action]
      .flat()
      .flatMap(action =>
        [Resource]
          .flat()
          .map(
            resource =>
              `${action} on ${resource}${
                Condition ? ` if ${JSON.stringify(Condition)}` : ''
              }`,
          ),
      ),
  );
}

const actions = readdirSync(join(POLICIES, 'actions')).map(
  file => `actions/${file.replace(/\.json$/, '')}`,
);

/** `eks:ListClusters`, each once. */
function allowedBy(name: string): string[] {
  return [...new Set(statementsOf(name).flatMap(({ Action }) => Action))];
}

/** The line of docs/iam.md about a permission, to which errors point by its anchor. */
function lineAbout(permission: string): string {
  const anchor = permission.toLowerCase().replace(':', '-');
  const resources = ['portal', 'portal-principal']
    .flatMap(statementsOf)
    .filter(({ Action }) => [Action].flat().includes(permission))
    .flatMap(({ Resource, Condition }) =>
      [Resource]
        .flat()
        .map(
          resource => `\`${resource}\`${Condition ? ' under a condition' : ''}`,
        ),
    );
  const policies = ['portal-principal', 'view', ...actions]
    .filter(name => allowedBy(name).includes(permission))
    .map(
      name => `[${name.replace(/^actions\//, '')}](iam-policies/${name}.json)`,
    );
  return `| <a id="${anchor}"></a>\`${permission}\` | ${[
    ...new Set(resources),
  ].join('<br/>')} | ${policies.join(', ')} |`;
}

describe('docs/iam.md', () => {
  it('has a line about each permission, and about no other', () => {
    const text = readFileSync(join(POLICIES, '../iam.md'), 'utf8');
    const written = [...text.matchAll(/^\| <a id=.*$/gm)].map(([line]) =>
      line.replace(/ +/g, ' '),
    );
    const permissions = ['portal', 'portal-principal'].flatMap(allowedBy);

    expect(written).toEqual([...new Set(permissions)].sort().map(lineAbout));
  });
});

describe('the policy for all', () => {
  it('is what showing and every action need together, no more and no less', () => {
    const parts = [...new Set(['view', ...actions].flatMap(permissionsOf))];
    expect(permissionsOf('portal').sort()).toEqual(parts.sort());
  });
});

describe.each(['portal', 'view', ...actions])('%s', name => {
  it('writes out each action, and allows none twice', () => {
    const permissions = permissionsOf(name);
    expect(permissions.filter(line => /^\S*\*/.test(line))).toEqual([]);
    expect(permissions).toEqual([...new Set(permissions)]);
  });
});
