import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { screen } from '@testing-library/react';
import { eksApiRef } from '../api/EksApi';
import { FixedEksApi } from '../fixtures/apis';
import {
  healthy,
  orders,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import { toRuntime } from '@slipway/backstage-plugin-eks-common/runtime';
import { GuardedEksCard, GuardedEksContent } from './Guarded';

it('names the permission that is missing, and asks no cluster', async () => {
  const api = new FixedEksApi(
    toRuntime({ entity: orders, answer: healthy(), knownClusters: [] }),
  );
  const asked = jest.spyOn(api, 'followRuntime');
  await renderInTestApp(
    <EntityProvider entity={orders}>
      <div data-testid="card">
        <GuardedEksCard />
      </div>
      <GuardedEksContent />
    </EntityProvider>,
    {
      apis: [
        mockApis.permission({ authorize: AuthorizeResult.DENY }),
        [eksApiRef, api],
      ],
    },
  );
  expect(
    await screen.findByText(/permission eks\.runtime\.read/),
  ).toBeInTheDocument();
  expect(screen.getByTestId('card')).toBeEmptyDOMElement();
  expect(asked).not.toHaveBeenCalled();
});
