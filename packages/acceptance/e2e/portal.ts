import { expect, type Locator, type Page } from '@playwright/test';

/** The cluster that the story runs on. */
export const PROD_EU = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';

const SANDBOX = 'http://localhost:7100';

/** Calls the sandbox's control API. */
export async function sandbox(
  path: string,
  options: { method?: string; body?: object } = {},
) {
  const response = await fetch(`${SANDBOX}${path}`, {
    method: options.method,
    ...(options.body && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(options.body),
    }),
  });
  expect(response.ok, `${options.method ?? 'GET'} ${path}`).toBe(true);
  const text = await response.text();
  return text ? JSON.parse(text) : undefined;
}

export async function signIn(page: Page) {
  await page.goto('/');
  await page.getByRole('button', { name: 'Enter' }).click();
  await expect(
    page.getByRole('link', { name: 'Create' }).first(),
  ).toBeVisible();
}

/**
 * Remarks of React's development build about Backstage's own catalog page,
 * which a production build does not make.
 */
const upstream = [
  /validateDOMNesting[\s\S]*CatalogTableToolbar/,
  /unique "key" prop[\s\S]*at ExtensionBoundary/,
];

/** A pod that went while it was read, which Chromium remarks upon by itself. */
const isGonePod = (text: string, url: string) =>
  text.includes('404') && /\/api\/eks\/runtime\/.*\/pod\?/.test(url);

/** What goes wrong in the browser, as it does. */
export function collectErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(error.message));
  page.on('console', message => {
    const text = message.text();
    if (
      message.type() === 'error' &&
      !upstream.some(remark => remark.test(text)) &&
      !isGonePod(text, message.location().url)
    ) {
      errors.push(text);
    }
  });
  return errors;
}

const picture = (name: string) => `${__dirname}/../results/${name}.png`;

/** Keeps a picture of the page as it is. */
export async function screenshot(page: Page, name: string) {
  await page.screenshot({ path: picture(name), fullPage: true });
}

/**
 * Keeps a picture of the page in both themes. The app is drawn anew when the
 * theme changes, so `ready` says when there is something to see again.
 */
export async function screenshots(page: Page, name: string, ready: Locator) {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    // Until the old drawing is gone, it would be taken for the new one.
    await page.waitForTimeout(1_000);
    await expect(ready).toBeVisible();
    await screenshot(page, `${name}-${colorScheme}`);
  }
}
