import { Call, Operation } from '../service';
import { noSuchEntity, timestamp } from './common';

const PROVIDER_ARN = {
  pattern: /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/.+$/,
  min: 20,
  max: 2048,
};

const providerArn = (call: Call) =>
  call.input.requiredText('OpenIDConnectProviderArn', PROVIDER_ARN);

/** Issuers of OpenID Connect tokens that an account believes. */
export const oidcProviderOperations: Operation[] = [
  {
    name: 'ListOpenIDConnectProviders',
    resource: ({ accountId }) => `arn:aws:iam::${accountId}:oidc-provider/*`,
    run: ({ accountId, world }) => ({
      OpenIDConnectProviderList: Object.entries(world.state.iam.oidcProviders)
        .filter(([, provider]) => provider.accountId === accountId)
        .map(([Arn]) => ({ Arn })),
    }),
  },
  {
    name: 'GetOpenIDConnectProvider',
    resource: providerArn,
    run(call) {
      const arn = providerArn(call);
      const { oidcProviders } = call.world.state.iam;
      if (
        !Object.hasOwn(oidcProviders, arn) ||
        oidcProviders[arn].accountId !== call.accountId
      ) {
        throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
      }
      const { url, clientIds, createdAt } = oidcProviders[arn];
      return {
        Url: url,
        ClientIDList: clientIds,
        CreateDate: timestamp(createdAt),
        ThumbprintList: [],
      };
    },
  },
];
