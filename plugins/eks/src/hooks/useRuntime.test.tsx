import { ResponseError } from '@backstage/errors';
import { TestApiProvider } from '@backstage/frontend-test-utils';
import {
  kubernetesApiRef,
  kubernetesAuthProvidersApiRef,
} from '@backstage/plugin-kubernetes-react';
import { act, renderHook } from '@testing-library/react';
import type { PropsWithChildren } from 'react';
import {
  healthy,
  orders,
  PROD_EU,
  rollingOut,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import { eksApiRef } from '../api/EksApi';
import { useRuntime } from './useRuntime';

// A portal without the EKS backend; following that is RuntimeFollower's.
const eks = {
  followRuntime: jest.fn(),
};
const kubernetes = {
  getClusters: jest.fn(),
  getObjectsByEntity: jest.fn(),
};
const authProviders = {
  decorateRequestBodyForAuth: jest.fn(),
};

const wrapper = ({ children }: PropsWithChildren<{}>) => (
  <TestApiProvider
    apis={[
      [eksApiRef, eks],
      [kubernetesApiRef, kubernetes],
      [kubernetesAuthProvidersApiRef, authProviders],
    ]}
  >
    {children}
  </TestApiProvider>
);

const start = () => renderHook(() => useRuntime(orders), { wrapper });
const pass = (milliseconds: number) =>
  act(() => jest.advanceTimersByTimeAsync(milliseconds));

function setVisibility(state: DocumentVisibilityState) {
  jest.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  jest.useFakeTimers();
  jest.resetAllMocks();
  eks.followRuntime.mockImplementation(async function* nobody() {
    throw await ResponseError.fromResponse(
      new Response(null, { status: 404 }) as Parameters<
        typeof ResponseError.fromResponse
      >[0],
    );
  });
  kubernetes.getClusters.mockResolvedValue([
    { name: PROD_EU, authProvider: 'serviceAccount' },
  ]);
  kubernetes.getObjectsByEntity.mockResolvedValue(healthy());
  authProviders.decorateRequestBodyForAuth.mockImplementation(
    async (provider, body) => ({
      ...body,
      auth: { ...body.auth, [provider]: 'token' },
    }),
  );
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

it('reads at once and again every five seconds', async () => {
  const { result } = start();
  expect(result.current.runtime).toBeUndefined();
  await pass(0);
  expect(result.current.runtime?.summary.ready).toBe(3);
  expect(result.current.updatedAt).toEqual(new Date());

  kubernetes.getObjectsByEntity.mockResolvedValue(rollingOut());
  await pass(4_999);
  expect(kubernetes.getObjectsByEntity).toHaveBeenCalledTimes(1);
  await pass(1);
  expect(result.current.runtime?.summary.stage).toBe('rolling-out');
});

it('hands the credentials of every kind of cluster on', async () => {
  kubernetes.getClusters.mockResolvedValue([
    { name: 'a', authProvider: 'google' },
    { name: 'b', authProvider: 'oidc', oidcTokenProvider: 'okta' },
    { name: 'c', authProvider: 'google' },
  ]);
  start();
  await pass(0);
  expect(kubernetes.getObjectsByEntity).toHaveBeenCalledWith({
    entity: orders,
    auth: { google: 'token', 'oidc.okta': 'token' },
  });
});

it('keeps the last answer when one cannot be had, and goes on asking', async () => {
  const { result } = start();
  await pass(0);
  const { updatedAt } = result.current;

  kubernetes.getObjectsByEntity.mockRejectedValueOnce(new Error('offline'));
  await pass(5_000);
  expect(result.current).toMatchObject({
    error: expect.objectContaining({ message: 'offline' }),
    runtime: { summary: { ready: 3 } },
    updatedAt,
  });

  await pass(5_000);
  expect(result.current.error).toBeUndefined();
});

it('says when an answer takes long', async () => {
  let answer: (value: unknown) => void = () => {};
  kubernetes.getObjectsByEntity.mockReturnValueOnce(
    new Promise(resolve => {
      answer = resolve;
    }),
  );
  const { result } = start();
  await pass(9_999);
  expect(result.current.slow).toBe(false);
  await pass(1);
  expect(result.current.slow).toBe(true);
  answer(healthy());
  await pass(0);
  expect(result.current).toMatchObject({
    slow: false,
    runtime: { summary: { ready: 3 } },
  });
});

it('asks nothing while the page is hidden for long, and at once when it is back', async () => {
  start();
  await pass(0);
  act(() => setVisibility('hidden'));
  await pass(60_000);
  const asked = kubernetes.getObjectsByEntity.mock.calls.length;
  await pass(60_000);
  expect(kubernetes.getObjectsByEntity).toHaveBeenCalledTimes(asked);
  act(() => setVisibility('visible'));
  await pass(0);
  expect(kubernetes.getObjectsByEntity).toHaveBeenCalledTimes(asked + 1);
});

it('asks no more when the page is left', async () => {
  const { unmount } = start();
  await pass(0);
  unmount();
  await pass(60_000);
  expect(kubernetes.getObjectsByEntity).toHaveBeenCalledTimes(1);
});
