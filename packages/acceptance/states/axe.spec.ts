import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Browser, type Page } from '@playwright/test';

// Every state that the page can be in, as plugins/eks/dev shows it: what one
// portal shows is only some of them.

const themes = ['light', 'dark'] as const;
const languages = ['en', 'ko'] as const;

async function open(
  browser: Browser,
  colorScheme: (typeof themes)[number],
  language: (typeof languages)[number],
): Promise<Page> {
  // axe wants a context of its own making.
  const context = await browser.newContext({ colorScheme });
  await context.addInitScript(
    chosen => localStorage.setItem('language', chosen),
    language,
  );
  const page = await context.newPage();
  await page.goto('/');
  // What fades in has its colours at once.
  await page.addStyleTag({
    content:
      '*, *::before, *::after { transition: none !important; animation: none !important; }',
  });
  return page;
}

const listOf = (page: Page) =>
  page.getByRole('navigation', { name: 'States' }).getByRole('link');

for (const theme of themes) {
  for (const language of languages) {
    test(`axe finds nothing on any state, ${theme}, ${language}`, async ({
      browser,
    }) => {
      test.setTimeout(600_000);
      const page = await open(browser, theme, language);
      await expect(listOf(page).first()).toBeVisible();
      const names = await listOf(page).allTextContents();
      expect(names.length).toBeGreaterThan(40);

      const found: string[] = [];
      for (const name of names) {
        // Within the page: to load it again takes longer than to look at it.
        await listOf(page).getByText(name, { exact: true }).click();
        await expect(
          page.locator(`section[aria-label="${name}"]`),
        ).toBeAttached();
        const opensDialog = new URL(page.url()).searchParams.has('pod');
        if (opensDialog) {
          await expect(page.getByRole('dialog')).toBeVisible();
        }
        const { violations } = await new AxeBuilder({ page })
          .include(opensDialog ? '[role=dialog]' : 'section')
          .analyze();
        found.push(
          ...violations.map(
            ({ id, nodes }) => `${name}: ${id}: ${nodes[0].html}`,
          ),
        );
        if (opensDialog) {
          await page.keyboard.press('Escape');
          await expect(page.getByRole('dialog')).toBeHidden();
        }
      }
      expect(found).toEqual([]);
      await page.context().close();
    });
  }
}

test('a pod is opened, left and found again by keyboard alone', async ({
  browser,
}) => {
  const page = await open(browser, 'light', 'en');
  await page.goto('/?state=Many+pods');
  const search = page.getByRole('searchbox', { name: 'Filter pods' });
  await search.focus();
  await page.keyboard.type('orders-5c41-1');
  const focused = () =>
    page.evaluate(() => document.activeElement?.textContent ?? '');
  // Past the headings that sort, to the first row.
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused()).startsWith('orders-')) {
      break;
    }
  }
  expect(await focused()).toMatch(/^orders-5c41-1/);
  await page.keyboard.press('End');
  const last = await focused();
  expect(last).toBe('orders-5c41-199');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: `Pod ${last}` })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.context().close();
});
