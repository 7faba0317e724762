import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import {
  collectErrors,
  PROD_EU,
  sandbox,
  screenshot,
  screenshots,
  signIn,
} from './portal';

// The story of issue one: from the form to pods, in the order in which a person
// lives it. Each test goes on where the one before left off.
test.describe.configure({ mode: 'serial' });

let page: Page;
let errors: string[];

test.beforeAll(async ({ browser }) => {
  // axe wants a context of its own making.
  page = await (await browser.newContext()).newPage();
  errors = collectErrors(page);
  await signIn(page);
});

test.afterAll(() => page.close());

test('refuses a bad name while it is typed', async () => {
  await page.goto('/create/templates/default/eks-service');
  const name = page.getByRole('textbox', { name: 'Name' });
  for (const [bad, sentence] of [
    ['Orders', 'upper-case letters'],
    ['a..b', 'lower-case letters, digits and hyphens'],
    ['o'.repeat(41), '2 to 40 characters'],
  ]) {
    await name.fill(bad);
    await expect(page.getByText(sentence).first()).toBeVisible();
  }
  await name.fill('slipway-app');
  await expect(
    page.getByText(/catalog.*already|already.*catalog/i).first(),
  ).toBeVisible();
});

const findIn = async (where: Page, selector: string) => {
  // What is still fading in has colours that nobody is to read.
  await where.waitForTimeout(500);
  const { violations } = await new AxeBuilder({ page: where })
    .include(selector)
    .analyze();
  return violations.map(({ id, nodes }) => [id, nodes[0].html]);
};

/** The review as it is when not all is well, and again when it is. */
async function lookAtProblems(
  form: Page,
  look: (name: string) => Promise<void>,
) {
  const again = form.getByRole('button', { name: 'Check again' });
  await form.route('**/api/eks/preflight', async route => {
    const response = await route.fetch();
    const { report } = await response.json();
    report.push(
      {
        check: 'namespace',
        status: 'failed',
        environment: 'production',
        field: 'targets[0].namespace',
        message:
          'namespace `orders` in cluster prod-eu belongs to component:default/other',
        remedy: 'choose another',
      },
      {
        check: 'quota',
        status: 'warning',
        environment: 'production',
        message: 'ResourceQuota `team` leaves pods for 6 of at most 10 pods',
        remedy: 'ask for fewer pods, or the platform team for more room',
      },
    );
    await route.fulfill({ response, json: { report } });
  });
  await again.click();
  await expect(form.getByText('1 to solve')).toBeVisible();
  await expect(form.getByText('1 to know')).toBeVisible();
  await look('5-before-problems');
  await form.unroute('**/api/eks/preflight');
  await again.click();
  await expect(form.getByText('1 to solve')).toHaveCount(0);
  await expect(form.getByText(/Cluster prod-eu .* answers/)).toBeVisible();
}

/** From the first field to the review, with a picture of each page. */
async function fillIn(form: Page, theme: 'light' | 'dark') {
  const look = async (name: string) => {
    await screenshot(form, `${name}-${theme}`);
    expect(await findIn(form, 'form')).toEqual([]);
  };
  const next = () => form.getByRole('button', { name: 'Next' }).click();
  await form.goto('/create/templates/default/eks-service');
  await form.getByRole('textbox', { name: 'Name' }).fill('orders');
  await expect(form.getByText('The name is free')).toBeVisible();
  await form
    .getByLabel('Description')
    .fill('Takes orders: "all" of them # no comment');
  await form.getByLabel(/^Owner/).click();
  await form.getByRole('option', { name: 'Payments' }).click();
  await look('1-service');
  await next();

  await expect(form.getByRole('radio', { name: /Node\.js/ })).toBeChecked();
  await look('2-runtime');
  await next();

  await form.getByLabel('Who reaches it').click();
  await form.getByRole('option', { name: /Everybody/ }).click();
  await form.getByLabel(/Host name/).fill('orders.example.com');
  await expect(form.getByLabel(/^Namespace/)).toHaveValue('orders');
  const cluster = (title: string) =>
    form.getByRole('radio', { name: new RegExp(`^${title}`) });
  await expect(cluster('prod-us')).toBeDisabled();
  await expect(
    form.getByText(/access denied for role .*slipway-portal/),
  ).toBeVisible();
  await expect(cluster('batch-eu')).toBeDisabled();
  await expect(
    form.getByText(/no profile matches namespace "orders"/),
  ).toBeVisible();
  await form.getByText('prod-eu', { exact: true }).click();
  await look('3-where');
  await next();

  await expect(form.locator('input[value="orders"]').first()).toBeVisible();
  // What axe finds here is Backstage's own picker's.
  await screenshot(form, `4-repository-${theme}`);
  await next();

  await expect(form.getByText(/Cluster prod-eu .* answers/)).toBeVisible();
  await expect(form.getByText(/to solve/)).toHaveCount(0);
  await look('5-before');
  await lookAtProblems(form, look);
  await form.getByRole('button', { name: 'Review' }).click();
  await expect(form.getByRole('button', { name: 'Create' })).toBeVisible();
}

test('takes the form from a name to the review, in the dark theme too', async ({
  browser,
}) => {
  const context = await browser.newContext({ colorScheme: 'dark' });
  const dark = await context.newPage();
  await signIn(dark);
  await fillIn(dark, 'dark');
  await context.close();
  await fillIn(page, 'light');
});

test('makes the repository, the registry, the namespace and the page', async () => {
  await page.getByRole('button', { name: 'Create' }).click();
  const link = page.getByRole('link', { name: 'Service page' });
  await expect(link).toBeVisible({ timeout: 60_000 });
  for (const name of ['Repository', 'Pipeline', 'Image registry']) {
    await expect(page.getByRole('link', { name })).toHaveAttribute(
      'href',
      /^https?:/,
    );
  }
  await screenshot(page, '6-created-light');
  const { repositories, registries } = await sandbox('/api/state');
  expect(JSON.stringify(repositories)).toContain('acme/orders');
  expect(JSON.stringify(registries)).toContain('"orders"');
  await link.click();
  await expect(page.getByRole('heading', { name: 'orders' })).toBeVisible();
});

test('shows the pods as they start', async () => {
  // A slow machine's catalog may need longer than the task waits for it.
  await expect(async () => {
    await page.reload();
    await expect(page.getByText('Running on EKS')).toBeVisible();
  }).toPass({ timeout: 60_000 });
  const sentence = page.getByText(/3 of 3 pods are ready in prod-eu/).first();
  await expect(sentence).toBeVisible({ timeout: 120_000 });
  await screenshots(page, '7-overview', sentence);
  await page.getByRole('link', { name: 'EKS', exact: true }).click();
  await expect(page.getByText('3 of 3 pods are ready in prod-eu')).toBeVisible({
    timeout: 120_000,
  });
  const pods = page
    .getByRole('row')
    .filter({ hasText: 'orders-' })
    .filter({ hasText: 'Ready' });
  await expect(pods).toHaveCount(3);
});

test('explains the autoscaler and leads to Container Insights', async () => {
  await expect(page.getByText('keeps 3 to 10 pods')).toBeVisible();
  await expect(page.getByText(/% of request, target 70 %/)).toBeVisible();
  const insights = page.getByRole('link', {
    name: /Container Insights: orders/,
  });
  await expect(insights).toHaveAttribute(
    'href',
    /^https:\/\/eu-west-1\.console\.aws\.amazon\.com\/cloudwatch\/.*container-insights/,
  );
  await screenshots(page, '8-eks', page.getByText('keeps 3 to 10 pods'));
});

test('looks at a pod from near, and reads its logs', async () => {
  await page
    .getByRole('link', { name: /^orders-/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: /^Pod orders-/ });
  await expect(dialog.getByRole('table', { name: 'Containers' })).toContainText(
    'running',
  );
  await screenshots(page, '8-pod', dialog);
  expect(await findIn(page, '[role=dialog]')).toEqual([]);
  await dialog.getByRole('tab', { name: 'Logs' }).click();
  await expect(dialog.getByRole('log')).toContainText(/listening/i);
  await screenshot(page, '8-logs-light');
  expect(await findIn(page, '[role=dialog]')).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('restarts, scales and replaces a pod for somebody on call', async () => {
  const does = async (button: string, title: RegExp, confirm: string) => {
    await page.getByRole('button', { name: button }).click();
    const dialog = page.getByRole('dialog', { name: title });
    const choice = dialog.getByRole('textbox', { name: 'Pods' });
    if (await choice.isVisible()) {
      await choice.fill('4');
      await choice.press('Tab');
    }
    expect(await findIn(page, '[role=dialog]')).toEqual([]);
    await screenshot(page, `8-${confirm.split(' ')[0].toLowerCase()}`);
    await dialog.getByRole('button', { name: confirm, exact: true }).click();
    const said = await dialog.getByRole('status').textContent();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await expect(dialog).toBeHidden();
    return said;
  };

  expect(await does('Scale orders', /^Scale orders$/, 'Scale to 4')).toMatch(
    /^orders goes from \d+ to 4\.$/,
  );
  expect(await does('Restart orders', /^Restart orders$/, 'Restart')).toContain(
    'orders is restarting.',
  );
  await expect(
    page.getByRole('table', { name: 'Workloads' }).getByText('complete'),
  ).toBeVisible({ timeout: 60_000 });

  const pod = page.getByRole('link', { name: /^orders-/ }).first();
  const name = await pod.textContent();
  await pod.click();
  expect(await does('Delete this pod', /^Delete pod orders-/, 'Delete')).toBe(
    `Pod ${name} is stopping; it has 60 s to end.`,
  );
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: `${name}` })).toBeHidden({
    timeout: 60_000,
  });
});

test('sees more pods when the load rises', async () => {
  await sandbox('/api/load', {
    method: 'PUT',
    body: {
      clusterArn: PROD_EU,
      namespace: 'orders',
      workload: 'orders',
      cpuUtilization: 150,
    },
  });
  await expect(
    page.getByText(/^[6-9] of [6-9] pods are ready in prod-eu|^10 of 10/),
  ).toBeVisible({
    timeout: 120_000,
  });
  await screenshots(page, '9-scaled', page.getByText('keeps 3 to 10 pods'));
});

test('keeps telling the truth when the cluster refuses', async () => {
  const fault = await sandbox('/api/faults', {
    method: 'POST',
    body: { service: 'kubernetes', kind: 'access-denied', target: PROD_EU },
  });
  await expect(page.getByText('cannot be read').first()).toBeVisible({
    timeout: 60_000,
  });
  await screenshots(
    page,
    '10-denied',
    page.getByText('cannot be read').first(),
  );
  await sandbox(`/api/faults/${fault.id}`, { method: 'DELETE' });
  await expect(page.getByText(/pods are ready in prod-eu/)).toBeVisible({
    timeout: 60_000,
  });
});

test('has nothing that axe finds, on the tab and in the form', async () => {
  expect(await findIn(page, 'article')).toEqual([]);
  await page.goto('/create/templates/default/eks-service');
  await page.getByRole('textbox', { name: 'Name' }).fill('payments');
  await expect(page.getByText('The name is free')).toBeVisible();
  expect(await findIn(page, 'form')).toEqual([]);
});

test('shows the official Kubernetes tab beside ours', async () => {
  await page.goto('/catalog/default/component/orders/kubernetes');
  await expect(page.getByText('prod-eu').first()).toBeVisible();
});

test('speaks Korean', async () => {
  await page.evaluate(() => localStorage.setItem('language', 'ko'));
  await page.goto('/catalog/default/component/orders/eks');
  await expect(page.getByText(/파드/).first()).toBeVisible();
  await screenshot(page, '11-korean-light');
  await page.evaluate(() => localStorage.removeItem('language'));
});

test('has a line for each service of a system, and of a team', async () => {
  await page.goto('/catalog/default/group/storefront');
  const card = page.getByRole('listitem').filter({ hasText: 'products' });
  await expect(card).toContainText('3 of 3 pods are ready in prod-eu.');
  await page.getByRole('link', { name: 'Show all 4 services' }).click();
  const row = (name: string) =>
    page.getByRole('row').filter({ hasText: new RegExp(`^${name}`) });
  await expect(row('cart')).toContainText('Container cart of cart-');
  await page.goto('/catalog/default/system/storefront/eks-services');
  await expect(row('cart')).toContainText('degraded');
  await expect(row('reviews')).toContainText('prod-us cannot be read');
  await expect(row('wishlist')).toContainText('Nothing is deployed yet');
  await screenshots(page, '11-services', row('products'));
  expect(await findIn(page, 'article')).toEqual([]);
  await row('products').getByRole('link', { name: 'products' }).click();
  await expect(
    page.getByRole('heading', { name: '3 of 3 pods are ready in prod-eu.' }),
  ).toBeVisible();
});

test('removes the service again, for somebody who types its name', async () => {
  await page.goto('/create/templates/default/eks-service-decommission');
  // The only one that the guest's team owns is chosen already.
  await expect(page.getByLabel(/^Service/)).toHaveValue(/orders/);
  await page.getByLabel('Its images').click();
  await page.getByRole('option', { name: /Delete them/ }).click();
  await page.getByRole('button', { name: 'Next' }).click();

  const row = (text: string) => page.getByRole('row').filter({ hasText: text });
  await expect(row('namespace orders')).toContainText('prod-eu');
  await expect(row('image repository orders')).toContainText('with 1 image');
  await expect(row('git repository acme/orders')).toContainText('Is archived');
  await screenshot(page, '12-goes-light');
  const name = page.getByRole('textbox', { name: 'Name of the service' });
  await name.fill('order');
  await page.getByRole('button', { name: 'Review' }).click();
  await expect(
    page.getByText('Type orders to remove it.').first(),
  ).toBeVisible();
  await name.fill('orders');
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByText('What went')).toBeVisible({ timeout: 120_000 });
  const gone = page.getByRole('listitem');
  await expect(
    gone.filter({ hasText: 'catalog entry component:default/orders' }),
  ).toBeVisible();
  await screenshot(page, '13-gone-light');

  const { registries } = await sandbox('/api/state');
  expect(JSON.stringify(registries)).not.toContain('"orders"');
});

test('made no error in the browser on the way', () => {
  expect(errors).toEqual([]);
});
