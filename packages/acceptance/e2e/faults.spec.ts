import { expect, test, type Page } from '@playwright/test';
import { PROD_EU, sandbox, screenshot, signIn } from './portal';

// Somebody breaks a cluster in each way that the sandbox's status page offers,
// while its service is looked at: the page says what is wrong, keeps what it
// knew, and recovers by itself.
test.describe.configure({ mode: 'serial' });

const SERVICE = '/catalog/default/component/products/eks';
const WELL = '3 of 3 pods are ready in prod-eu.';

/** How each fault is named on the status page, and on the page of the service. */
const FAULTS: [kind: string, says: RegExp][] = [
  ['throttle', /API of this cluster is too busy to answer/],
  ['server-error', /API of this cluster answers with an error \(status 500\)/],
  ['access-denied', /lets the portal in, but it may not list pods/],
  ['expired-token', /does not let the portal in any more/],
  ['clock-skew', /whose clock is 20 minutes behind its own/],
  ['timeout', /does not answer in time/],
  ['hang', /does not answer in time/],
  ['hang-after', /does not answer in time/],
  ['reset-before', /There is no connection to this cluster/],
  ['reset-after', /There is no connection to this cluster/],
  ['garbled', /What this cluster answers is not understood/],
  ['certificate-expired', /certificate of this cluster has expired/],
  ['certificate-foreign', /is not of the authority that EKS names/],
];

let page: Page;
let status: Page;

test.beforeAll(async ({ browser }) => {
  const context = await browser.newContext();
  page = await context.newPage();
  status = await context.newPage();
  await signIn(page);
  await status.goto('http://localhost:7100/#faults');
});

test.afterAll(async () => {
  await sandbox('/api/faults', { method: 'DELETE' });
  await page.context().close();
});

const cluster = () => page.getByRole('region', { name: 'prod-eu' });
const pods = () =>
  cluster()
    .getByRole('row')
    .filter({ hasText: /^products-/ });

test('offers every fault that there is for a cluster', async () => {
  const kinds = await status
    .locator('select[name=kind] option')
    .evaluateAll(options =>
      options.map(option => option.getAttribute('value')),
    );
  expect(FAULTS.map(([kind]) => kind).sort()).toEqual(kinds.sort());
});

test('shows a service that is well', async () => {
  await page.goto(SERVICE);
  await expect(page.getByRole('heading', { name: WELL })).toBeVisible();
  await expect(pods()).toHaveCount(3);
});

/** Switches a fault on and off, and looks at the page meanwhile. */
async function breakAndMend(kind: string, says: RegExp) {
  const form = status.locator('#fault-form');
  await form.locator('[name=service]').selectOption('kubernetes');
  await form.locator('[name=kind]').selectOption(kind);
  await form.locator('[name=target]').fill(PROD_EU);
  await form.getByRole('button', { name: 'Switch on' }).click();

  await expect(cluster().getByText(says).first()).toBeVisible({
    timeout: 60_000,
  });
  await expect(cluster().getByText('To fix:')).toBeVisible();
  await expect(
    cluster().getByText(/So since .*What is shown was true at/),
  ).toBeVisible();
  await expect(
    page.getByRole('heading', {
      name: /prod-eu cannot be read|prod-eu is shown as it was at/,
    }),
  ).toBeVisible();
  await expect(pods()).toHaveCount(3);
  // Without figures, it is not blamed on what is not the cause.
  if (kind !== 'access-denied') {
    await expect(page.getByText(/may not read metrics.k8s.io/)).toHaveCount(0);
  }
  await screenshot(page, `fault-${kind}`);

  await status.getByRole('button', { name: /^Switch off:/ }).click();
  await expect(cluster().getByText(/So since/)).toBeHidden({
    timeout: 60_000,
  });
  await expect(
    page.getByRole('heading', { name: WELL, exact: true }),
  ).toBeVisible();
  await expect(pods()).toHaveCount(3);
}

for (const [kind, says] of FAULTS) {
  test(`says what is wrong with ${kind}, and when it is well again`, () =>
    breakAndMend(kind, says));
}

test('leads straight to a pod and to a workload', async () => {
  const link = page.getByRole('link', { name: /^products-/ }).first();
  const name = `${await link.textContent()}`;
  const href = `${await link.getAttribute('href')}`;
  await page.goto(new URL(href, new URL(SERVICE, page.url())).href);
  const dialog = page.getByRole('dialog', { name: `Pod ${name}` });
  await expect(dialog.getByRole('table', { name: 'Containers' })).toBeVisible();
  // What the table cuts short is here in full.
  await expect(dialog.getByText(/sha256:[0-9a-f]{64}/).first()).toBeVisible();
  await page.keyboard.press('Escape');

  const workload = page.getByRole('link', { name: 'products', exact: true });
  await page.goto(
    new URL(`${await workload.getAttribute('href')}`, page.url()).href,
  );
  await expect(
    page.getByRole('row').and(page.locator('[aria-current=true]')),
  ).toContainText('products');
});
