import { chromium, type Page } from '@playwright/test';

/** What somebody does, and how long the page took each time, in milliseconds. */
export interface Interaction {
  name: string;
  times: number[];
}

/** As far as a hand turns a wheel at once, in pixels. */
const WHEEL = 600;

declare global {
  /** What {@link observe} puts there. */
  interface Window {
    takeInteractions(): number[];
    longestFrame(milliseconds: number): Promise<number>;
  }
}

/**
 * Notes what the browser itself says of each key and click: from the moment of
 * the input to the frame that shows what came of it. Of scrolling, which is no
 * such event, it notes the time between frames.
 */
function observe() {
  const noted: number[] = [];
  const events = new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      // Of the events of one key or click, those that count as interaction.
      if ('interactionId' in entry && entry.interactionId) {
        noted.push(entry.duration);
      }
    }
  });
  events.observe({
    type: 'event',
    buffered: true,
    // As little as browsers tell of.
    ...{ durationThreshold: 16 },
  });
  const longestFrame = async (milliseconds: number) => {
    const gaps: number[] = [];
    const started = performance.now();
    let last = started;
    while (last - started < milliseconds) {
      const now = await new Promise<number>(requestAnimationFrame);
      gaps.push(now - last);
      last = now;
    }
    return Math.max(...gaps);
  };
  Object.assign(window, {
    takeInteractions: () => {
      events.takeRecords();
      return noted.splice(0);
    },
    longestFrame,
  });
}

/** The slowest of what a key or a click began; faster ones are not told of. */
async function timeOf(page: Page, act: () => Promise<void>): Promise<number> {
  await page.evaluate(() => window.takeInteractions());
  await act();
  // Until everything is drawn, and told of.
  await page.evaluate(
    () =>
      new Promise(done => {
        requestAnimationFrame(() => setTimeout(done, 150));
      }),
  );
  return Math.max(0, ...(await page.evaluate(() => window.takeInteractions())));
}

async function measureOn(page: Page, runs: number): Promise<Interaction[]> {
  const key: number[] = [];
  const sort: number[] = [];
  const scroll: number[] = [];
  const open: number[] = [];
  const close: number[] = [];
  const search = page.getByRole('searchbox', { name: 'Filter pods' });
  const table = page.getByRole('table', { name: 'Pods' });
  const row = table.getByRole('link').first();
  for (let run = 0; run < runs; run += 1) {
    await search.click();
    for (const pressed of ['4', '2', 'Backspace', 'Backspace']) {
      key.push(await timeOf(page, () => page.keyboard.press(pressed)));
    }
    const heading = table.getByRole('button', {
      name: run % 2 ? 'Pod' : 'Restarts',
    });
    sort.push(await timeOf(page, () => heading.click()));

    await table.hover();
    const gap = page.evaluate(() => window.longestFrame(300));
    await page.mouse.wheel(0, run % 2 ? -WHEEL : WHEEL);
    scroll.push(await gap);

    open.push(await timeOf(page, () => row.click()));
    await page.getByRole('dialog').waitFor();
    close.push(await timeOf(page, () => page.keyboard.press('Escape')));
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
  return [
    { name: 'type a letter into the filter', times: key },
    { name: 'sort by another column', times: sort },
    { name: 'scroll (longest frame)', times: scroll },
    { name: 'open a pod', times: open },
    { name: 'close it', times: close },
  ];
}

/** Has a browser use the page with 500 pods. */
export async function measure(
  url: string,
  runs: number,
): Promise<Interaction[]> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
  });
  try {
    const page = await browser.newPage({
      viewport: { width: 1400, height: 1000 },
    });
    await page.addInitScript(observe);
    await page.goto(`${url}/?state=Many+pods`);
    await page.getByRole('searchbox', { name: 'Filter pods' }).waitFor();
    // Once without counting, so that everything is loaded.
    await measureOn(page, 1);
    return await measureOn(page, runs);
  } finally {
    await browser.close();
  }
}
