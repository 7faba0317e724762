import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { POLICIES } from './principals';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: unknown;
}

/** What a document of docs/iam-policies allows, one line for each action on each resource. */
function permissionsOf(name: string): string[] {
  const document: { Statement: Statement[] } = JSON.parse(
    readFileSync(join(POLICIES, `${name}.json`), 'utf8'),
  );
  return document.Statement.flatMap(({ Action, Resource, Condition }) =>
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
