import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { kubernetesApiRef } from '@backstage/plugin-kubernetes-react';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { screen } from '@testing-library/react';
import { FixedKubernetesApi } from '../fixtures/apis';
import {
  healthy,
  orders,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import { GuardedEksCard, GuardedEksContent } from './Guarded';

it('names the permission that is missing, and asks no cluster', async () => {
  const kubernetes = new FixedKubernetesApi(healthy());
  const asked = jest.spyOn(kubernetes, 'getObjectsByEntity');
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
        [kubernetesApiRef, kubernetes],
      ],
    },
  );
  expect(
    await screen.findByText(/permission kubernetes\.resources\.read/),
  ).toBeInTheDocument();
  expect(screen.getByTestId('card')).toBeEmptyDOMElement();
  expect(asked).not.toHaveBeenCalled();
});
