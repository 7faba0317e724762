import { githubAuthApiRef } from '@backstage/frontend-plugin-api';
import {
  renderInTestApp,
  TestApiProvider,
} from '@backstage/frontend-test-utils';
import { screen } from '@testing-library/react';
import { PortalSignInPage } from './signIn';

const show = (signInWith?: string) =>
  renderInTestApp(
    <TestApiProvider
      apis={[
        [githubAuthApiRef, { getBackstageIdentity: async () => undefined }],
      ]}
    >
      <PortalSignInPage onSignInSuccess={jest.fn()} />
    </TestApiProvider>,
    {
      config: {
        app: { title: 'Portal', ...(signInWith && { signInWith }) },
        backend: { baseUrl: 'http://localhost' },
      },
    },
  );

describe('where people sign in', () => {
  it('offers to enter as a guest where nothing else is configured', async () => {
    show();
    expect(
      await screen.findByRole('button', { name: 'Enter' }),
    ).toBeInTheDocument();
    expect(screen.queryByText('GitHub')).not.toBeInTheDocument();
  });

  it('offers GitHub alone in production', async () => {
    show('github');
    expect(await screen.findByText('GitHub')).toBeInTheDocument();
    expect(
      screen.getByText('Your GitHub account says which teams you are in.'),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: 'Enter' }),
    ).not.toBeInTheDocument();
  });
});
