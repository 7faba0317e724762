import { renderInTestApp } from '@backstage/frontend-test-utils';
import {
  type Ability,
  type ScaleRequest,
  toRuntime,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  healthy,
  NOW,
  orders,
  PROD_EU,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { eksApiRef } from '../api/EksApi';
import { FixedEksApi } from '../fixtures/apis';
import { RuntimeView } from './RuntimeView';

const runtime = toRuntime({
  entity: orders,
  answer: healthy(),
  knownClusters: [PROD_EU],
});
const [{ workloads, pods, autoscalers, name: cluster }] = runtime.clusters;
const [workload] = workloads;
const [autoscaler] = autoscalers;
const target = {
  cluster,
  namespace: workload.namespace,
  kind: workload.kind,
  name: workload.name,
};

async function show(abilities: Ability[]) {
  const api = new FixedEksApi(runtime);
  const calls = {
    restart: jest.spyOn(api, 'restart'),
    scale: jest.spyOn(api, 'scale'),
    deletePod: jest.spyOn(api, 'deletePod'),
  };
  await renderInTestApp(
    <RuntimeView
      entity={orders}
      templates={{}}
      state={{
        slow: false,
        following: 'live',
        abilities,
        updatedAt: NOW,
        runtime,
      }}
    />,
    { apis: [[eksApiRef, api]] },
  );
  return calls;
}

const click = (name: string | RegExp) =>
  userEvent.click(screen.getByRole('button', { name }));
const dialog = (name: string) => screen.findByRole('dialog', { name });

describe('what somebody on call may do', () => {
  it('is nothing without the abilities', async () => {
    await show(['logs']);
    expect(
      screen.queryByRole('button', { name: /^Restart orders/ }),
    ).toBeNull();
    expect(screen.queryByRole('button', { name: /^Scale orders/ })).toBeNull();
    await userEvent.click(screen.getByRole('link', { name: pods[0].name }));
    await dialog(`Pod ${pods[0].name}`);
    expect(screen.queryByRole('button', { name: /Delete/ })).toBeNull();
  });

  it('restarts a workload when it is confirmed, and says what happens', async () => {
    const { restart } = await show(['restart']);
    await click('Restart orders');
    const box = await dialog('Restart orders');
    expect(box).toHaveTextContent(
      /Deployment orders in namespace orders of cluster prod-eu/,
    );
    expect(restart).not.toHaveBeenCalled();

    await userEvent.click(within(box).getByRole('button', { name: 'Restart' }));

    expect(await within(box).findByRole('status')).toHaveTextContent(
      'orders is restarting.',
    );
    expect(restart.mock.calls).toEqual([
      [expect.objectContaining({ name: 'orders' }), target],
    ]);
    await userEvent.click(within(box).getByRole('button', { name: 'Done' }));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('changes nothing when it is cancelled', async () => {
    const { restart } = await show(['restart']);
    await click('Restart orders');
    await userEvent.click(
      within(await dialog('Restart orders')).getByRole('button', {
        name: 'Cancel',
      }),
    );
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(restart).not.toHaveBeenCalled();
  });

  it('shows in place why something was not done, and lets it be tried again', async () => {
    const { restart } = await show(['restart']);
    restart.mockRejectedValueOnce(
      new Error('cluster `prod-eu`: access denied'),
    );
    await click('Restart orders');
    const box = await dialog('Restart orders');
    const confirm = within(box).getByRole('button', { name: 'Restart' });
    await userEvent.click(confirm);
    expect(await within(box).findByRole('alert')).toHaveTextContent(
      'cluster `prod-eu`: access denied',
    );
    await userEvent.click(confirm);
    expect(await within(box).findByRole('status')).toBeVisible();
  });

  it('scales between the bounds of the autoscaler, which goes on deciding', async () => {
    const { scale } = await show(['scale']);
    await click('Scale orders');
    const box = await dialog('Scale orders');
    expect(box).toHaveTextContent(
      `Autoscaler ${autoscaler.name} allows ${autoscaler.min} to ${autoscaler.max}`,
    );
    const pick = within(box).getByRole('textbox', { name: 'Pods' });
    expect(pick).toHaveValue(`${workload.desired}`);
    // As many as there are is no change.
    expect(
      within(box).getByRole('button', { name: /Scale to/ }),
    ).toBeDisabled();

    await userEvent.clear(pick);
    await userEvent.type(pick, '999');
    await userEvent.tab();
    expect(pick).toHaveValue(`${autoscaler.max}`);
    await userEvent.click(
      within(box).getByRole('button', { name: `Scale to ${autoscaler.max}` }),
    );

    expect(await within(box).findByRole('status')).toHaveTextContent(
      `orders goes from 3 to ${autoscaler.max}.`,
    );
    const asked: ScaleRequest = { ...target, replicas: autoscaler.max };
    expect(scale.mock.calls[0][1]).toEqual(asked);
  });

  it('deletes one pod from near', async () => {
    const { deletePod } = await show(['delete-pod']);
    const [{ name, namespace }] = pods;
    await userEvent.click(screen.getByRole('link', { name }));
    await dialog(`Pod ${name}`);
    await click('Delete this pod');
    const box = await dialog(`Delete pod ${name}`);
    expect(box).toHaveTextContent('Its workload makes another.');
    await userEvent.click(within(box).getByRole('button', { name: 'Delete' }));
    expect(await within(box).findByRole('status')).toHaveTextContent(
      `Pod ${name} is stopping; it has 60 s to end.`,
    );
    expect(deletePod.mock.calls[0][1]).toEqual({
      cluster,
      namespace,
      pod: name,
    });
  });
});
