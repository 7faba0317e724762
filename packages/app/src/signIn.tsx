import { SignInPage } from '@backstage/core-components';
import {
  configApiRef,
  createFrontendModule,
  githubAuthApiRef,
  useApi,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { SignInPageBlueprint } from '@backstage/plugin-app-react';
import { ComponentProps } from 'react';
import { portalTranslationRef } from './translation';

type Props = Pick<ComponentProps<typeof SignInPage>, 'onSignInSuccess'>;

/** How people sign in is configuration: `app.signInWith`. */
export const PortalSignInPage = ({ onSignInSuccess }: Props) => {
  const config = useApi(configApiRef);
  const { t } = useTranslationRef(portalTranslationRef);
  if (config.getOptionalString('app.signInWith') !== 'github') {
    return (
      <SignInPage onSignInSuccess={onSignInSuccess} providers={['guest']} />
    );
  }
  return (
    <SignInPage
      onSignInSuccess={onSignInSuccess}
      provider={{
        id: 'github-auth-provider',
        title: 'GitHub',
        message: t('signIn.github'),
        apiRef: githubAuthApiRef,
      }}
    />
  );
};

/** Where people sign in, before there is anything else. */
export const signInModule = createFrontendModule({
  pluginId: 'app',
  extensions: [
    SignInPageBlueprint.make({
      params: { loader: async () => PortalSignInPage },
    }),
  ],
});
