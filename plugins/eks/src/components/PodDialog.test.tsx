import { renderInTestApp } from '@backstage/frontend-test-utils';
import {
  toRuntime,
  type LogsQuery,
} from '@slipway/backstage-plugin-eks-common/runtime';
import {
  healthy,
  NOW,
  orders,
  PROD_EU,
} from '@slipway/backstage-plugin-eks-common/testUtils';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { eksApiRef } from '../api/EksApi';
import { FixedEksApi } from '../fixtures/apis';
import type { RuntimeState } from '../hooks/useRuntime';
import { RuntimeView } from './RuntimeView';

const runtime = toRuntime({
  entity: orders,
  answer: healthy(),
  knownClusters: [PROD_EU],
});
const [pod] = runtime.clusters[0].pods;

class Api extends FixedEksApi {
  readonly asked: LogsQuery[] = [];

  override async *readLogs(
    _: unknown,
    query: LogsQuery,
  ): AsyncIterable<string> {
    this.asked.push(query);
    yield query.previous ? 'DATABASE_URL is not set\n' : 'listening\nGET /\n';
  }
}

async function show(options: {
  path?: string;
  abilities?: RuntimeState['abilities'];
}) {
  const api = new Api(runtime);
  await renderInTestApp(
    <RuntimeView
      entity={orders}
      templates={{}}
      state={{
        slow: false,
        following: 'live',
        abilities: options.abilities ?? ['logs'],
        updatedAt: NOW,
        runtime,
      }}
    />,
    {
      apis: [[eksApiRef, api]],
      initialRouteEntries: [options.path ?? '/'],
    },
  );
  return api;
}

const openPod = () =>
  userEvent.click(screen.getByRole('link', { name: pod.name }));

describe('a pod from near', () => {
  it('shows containers, conditions and events', async () => {
    await show({});
    await openPod();
    const dialog = await screen.findByRole('dialog', {
      name: `Pod ${pod.name}`,
    });
    expect(
      within(
        await within(dialog).findByRole('table', { name: 'Containers' }),
      ).getByRole('row', { name: /^orders running.*1/ }),
    ).toBeInTheDocument();
    expect(
      within(
        within(dialog).getByRole('table', { name: 'Conditions' }),
      ).getByRole('row', { name: /Ready no ContainersNotReady/ }),
    ).toBeInTheDocument();
    expect(
      within(within(dialog).getByRole('table', { name: 'Events' })).getByRole(
        'row',
        { name: /Unhealthy Readiness probe failed.* 7 times/ },
      ),
    ).toBeInTheDocument();
  });

  it('opens from a link', async () => {
    await show({ path: `/?pod=${encodeURIComponent(pod.id)}` });
    expect(
      await screen.findByRole('dialog', { name: `Pod ${pod.name}` }),
    ).toBeInTheDocument();
  });

  it('says that a pod is there no more', async () => {
    await show({ path: '/?pod=prod-eu/orders/orders-gone' });
    expect(
      await screen.findByRole('dialog', { name: 'Pod orders-gone' }),
    ).toHaveTextContent('This pod is not there any more.');
  });

  it('reads logs, of the run before too, and finds lines', async () => {
    const api = await show({});
    await openPod();
    await userEvent.click(await screen.findByRole('tab', { name: 'Logs' }));
    const lines = await screen.findByRole('log', { name: 'Lines of orders' });
    expect(lines).toHaveTextContent('listening GET /');
    await userEvent.type(
      screen.getByRole('searchbox', { name: 'Filter lines' }),
      'LISTEN',
    );
    expect(lines).toHaveTextContent(/^listening$/);
    await userEvent.clear(
      screen.getByRole('searchbox', { name: 'Filter lines' }),
    );
    await userEvent.click(
      screen.getByRole('switch', { name: 'Of the run before' }),
    );
    expect(await screen.findByText('DATABASE_URL is not set')).toBeVisible();
    expect(api.asked.map(({ previous, follow }) => [previous, follow])).toEqual(
      [
        [false, true],
        [true, false],
      ],
    );
  });

  it('goes on with logs that are followed when the backend ends them', async () => {
    const api = await show({});
    await openPod();
    await userEvent.click(await screen.findByRole('tab', { name: 'Logs' }));
    await screen.findByRole('log', { name: 'Lines of orders' });
    await waitFor(() => expect(api.asked.length).toBeGreaterThan(1), {
      timeout: 6_000,
    });
    // What was read before is not shown twice.
    expect(
      screen.getByRole('log', { name: 'Lines of orders' }),
    ).toHaveTextContent(/^listening GET \/$/);
  }, 15_000);

  it('shows logs although the pod itself cannot be read', async () => {
    const api = await show({});
    jest.spyOn(api, 'getPod').mockRejectedValue(new Error('no such pod'));
    await openPod();
    expect(await screen.findByRole('alert')).toHaveTextContent('no such pod');
    await userEvent.click(screen.getByRole('tab', { name: 'Logs' }));
    expect(await screen.findByRole('log')).toHaveTextContent('listening');
  });

  it('says which permission logs need', async () => {
    const api = await show({ abilities: [] });
    await openPod();
    await userEvent.click(await screen.findByRole('tab', { name: 'Logs' }));
    expect(
      await screen.findByText(/permission eks\.logs\.read/),
    ).toBeInTheDocument();
    expect(api.asked).toEqual([]);
  });

  it('shows the object as YAML', async () => {
    await show({});
    await openPod();
    await userEvent.click(await screen.findByRole('tab', { name: 'YAML' }));
    expect(await screen.findByText(/kind: Pod/)).toBeInTheDocument();
  });
});
