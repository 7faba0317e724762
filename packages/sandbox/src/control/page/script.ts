/**
 * What the status page does in the browser: sends the switches to the control
 * API and draws itself anew every two seconds, except where somebody works.
 */
export const SCRIPT = `
'use strict';
const message = document.getElementById('message');
async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) {
    const { error } = await response.json();
    message.textContent = error;
    throw new Error(error);
  }
  message.textContent = '';
}
async function refresh() {
  const response = await fetch('/');
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(
    await response.text(), 'text/html');
  for (const region of document.querySelectorAll('[data-live]')) {
    const update = fresh.getElementById(region.id);
    if (!update || region.contains(document.activeElement)) continue;
    for (const { id } of region.querySelectorAll('details[open]')) {
      const same = fresh.getElementById(id);
      if (same) same.open = true;
    }
    if (update.innerHTML !== region.innerHTML) {
      region.innerHTML = update.innerHTML;
    }
  }
}
const number = value => (value === '' ? undefined : Number(value));
document.addEventListener('submit', async event => {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(event.target));
  await call('POST', '/api/faults', {
    ...fields,
    remaining: number(fields.remaining),
    delayMs: number(fields.delayMs),
  });
  await refresh();
});
document.addEventListener('click', async event => {
  const { fault, idle } = event.target.dataset;
  if (fault !== undefined) {
    await call('DELETE', '/api/faults' + (fault && '/' + fault));
  } else if (idle !== undefined) {
    await setLoad(event.target, null);
  } else {
    return;
  }
  event.target.blur();
  await refresh();
});
async function setLoad(element, cpuUtilization) {
  const { cluster, namespace, workload } =
    element.closest('[data-workload]').dataset;
  await call('PUT', '/api/load',
    { clusterArn: cluster, namespace, workload, cpuUtilization });
}
document.addEventListener('input', event => {
  if (event.target.type === 'range') {
    event.target.parentElement.querySelector('output').value =
      event.target.value + ' %';
  }
});
document.addEventListener('change', async event => {
  if (event.target.type === 'range') {
    await setLoad(event.target, Number(event.target.value));
  }
});
setInterval(() => refresh().catch(() => {
  message.textContent = 'The sandbox does not answer; it may have stopped.';
}), 2000);
`;
