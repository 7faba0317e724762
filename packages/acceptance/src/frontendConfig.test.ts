import { loadConfigSchema } from '@backstage/config-loader';

// What of the configuration reaches browsers: as the backend decides it when it
// serves the portal, by the schemas of all packages of the portal.

const SECRET = 'only-for-the-backend';

/** A configuration with everything, and a secret wherever there is a place. */
const data = {
  app: { title: 'Slipway', baseUrl: 'https://portal.example.com' },
  organization: { name: 'Acme' },
  backend: {
    baseUrl: 'https://portal.example.com',
    auth: { keys: [{ secret: SECRET }] },
    database: { client: 'pg', connection: { password: SECRET } },
  },
  auth: {
    session: { secret: SECRET },
    providers: {
      github: {
        production: { clientId: SECRET, clientSecret: SECRET },
      },
    },
  },
  integrations: {
    github: [
      {
        host: 'github.com',
        token: SECRET,
        apps: [
          {
            appId: 1,
            privateKey: SECRET,
            webhookSecret: SECRET,
            clientId: SECRET,
            clientSecret: SECRET,
          },
        ],
      },
    ],
    gitlab: [{ host: 'gitlab.com', token: SECRET }],
  },
  aws: {
    mainAccount: { accessKeyId: SECRET, secretAccessKey: SECRET },
    accountDefaults: { roleName: SECRET, externalId: SECRET },
    accounts: [
      {
        accountId: '111122223333',
        roleName: SECRET,
        externalId: SECRET,
        accessKeyId: SECRET,
        secretAccessKey: SECRET,
      },
    ],
  },
  kubernetes: {
    serviceLocatorMethod: { type: 'multiTenant' },
    clusterLocatorMethods: [
      {
        type: 'config',
        clusters: [
          {
            name: 'prod-eu',
            url: 'https://prod-eu.example.com',
            authProvider: 'serviceAccount',
            serviceAccountToken: SECRET,
            caData: SECRET,
          },
        ],
      },
    ],
  },
  eks: {
    discovery: { accounts: [{ accountId: '111122223333', regions: [SECRET] }] },
    create: {
      repository: { host: 'github.com', owner: 'acme' },
      pipelineRole: { permissionsBoundary: SECRET },
    },
    links: { eksCluster: 'https://sso.example.com/{cluster}' },
  },
};

describe('the configuration that a browser gets', () => {
  let seen: string;

  beforeAll(async () => {
    const schema = await loadConfigSchema({ dependencies: ['app', 'backend'] });
    const [{ data: shown }] = schema.process([{ context: 'test', data }], {
      visibility: ['frontend'],
      ignoreSchemaErrors: true,
    });
    seen = JSON.stringify(shown);
  });

  it('has what the page needs', () => {
    expect(JSON.parse(seen)).toMatchObject({
      app: { title: 'Slipway' },
      backend: { baseUrl: 'https://portal.example.com' },
      integrations: { github: [{ host: 'github.com' }] },
      eks: {
        create: { repository: { host: 'github.com', owner: 'acme' } },
        links: { eksCluster: 'https://sso.example.com/{cluster}' },
      },
    });
  });

  it('has no secret, no role and no account', () => {
    expect(seen).not.toContain(SECRET);
    expect(seen).not.toContain('111122223333');
  });
});
