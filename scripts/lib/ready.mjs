// When a person can use the page: not when a process has started.

const INTERVAL_MILLISECONDS = 250;

const pause = () =>
  new Promise(resolve => setTimeout(resolve, INTERVAL_MILLISECONDS));

/** Asks again until the answer is good; whoever waits decides when to stop. */
export async function until(url, isGood, options) {
  for (;;) {
    try {
      const response = await fetch(url, {
        ...options,
        signal: AbortSignal.timeout(30_000),
      });
      if (await isGood(response)) {
        return;
      }
    } catch {
      // Not listening yet.
    }
    await pause();
  }
}

/** The catalog knows the template, as the guest who will use it. */
export async function templateIsThere(backend, name) {
  let token;
  await until(`${backend}/api/auth/guest/refresh`, async response => {
    token = (await response.json()).backstageIdentity?.token;
    return Boolean(token);
  });
  await until(
    `${backend}/api/catalog/entities/by-name/template/default/${name}`,
    response => response.ok,
    { headers: { authorization: `Bearer ${token}` } },
  );
}

/** The page and the scripts that it names are compiled. */
export async function pageIsUsable(url) {
  let scripts;
  await until(url, async response => {
    scripts = [
      ...(await response.text()).matchAll(/<script[^>]+src="([^"]+)"/g),
    ];
    return response.ok && scripts.length > 0;
  });
  for (const [, source] of scripts) {
    await until(new URL(source, url), response => response.ok);
  }
}
