import { FAULT_KINDS } from '../../core';
import { Fault } from '../../types';
import { SERVICES } from '../faultInput';
import { html, Html } from '../html';
import type { ClusterView } from '../views';
import { nothing, table } from './parts';

const MEANING: Record<Fault['kind'], string> = {
  throttle: 'throttled: too many requests',
  'server-error': 'server error (5xx)',
  'access-denied': 'access denied',
  'expired-token': 'expired token',
  timeout: 'gateway timeout after a while',
  hang: 'accepted, never answered',
  'hang-after':
    'takes effect, and is never answered (what a cluster is asked to read: headers only)',
  'reset-before': 'connection cut, nothing done',
  'reset-after': 'done, then connection cut',
  garbled: 'nothing done, half a JSON document as answer',
  'clock-skew':
    'cluster: its clock is 20 minutes ahead, every token is refused',
  'certificate-expired': 'cluster: its certificate has expired',
  'certificate-foreign': 'cluster: its certificate is of another authority',
};

const faultRow = (fault: Fault) => [
  MEANING[fault.kind],
  fault.service,
  fault.operation ?? 'any',
  fault.target ?? 'any',
  fault.remaining === undefined
    ? 'until switched off'
    : `${fault.remaining} more`,
  html`<button
    type="button"
    data-fault="${fault.id}"
    aria-label="Switch off: ${MEANING[fault.kind]} of ${fault.service}"
  >
    Switch off
  </button>`,
];

/** The faults that are switched on. */
export function renderFaults(faults: readonly Fault[]): Html {
  return faults.length
    ? html`${table(
          'Faults that are switched on',
          [
            'What happens',
            'Service',
            'Operation',
            'Target',
            'How often',
            'Switch',
          ],
          faults.map(faultRow),
        )}
        <p><button type="button" data-fault="">Switch all off</button></p>`
    : nothing('No faults: every call is answered as it should be.');
}

/** The form that switches a fault on. */
export function renderFaultForm(clusters: readonly ClusterView[]): Html {
  return html`<form id="fault-form">
    <label
      >Service<br /><select name="service">
        ${SERVICES.map(
          service => html`<option value="${service}">${service}</option>`,
        )}
      </select></label
    >
    <label
      >What happens<br /><select name="kind">
        ${FAULT_KINDS.map(
          kind => html`<option value="${kind}">${MEANING[kind]}</option>`,
        )}
      </select></label
    >
    <label
      >Operation (any when empty)<br /><input
        name="operation"
        placeholder="CreateRepository"
        autocomplete="off"
    /></label>
    <label
      >Target (any when empty)<br /><input
        name="target"
        list="fault-targets"
        autocomplete="off"
      /><datalist id="fault-targets">
        ${clusters.map(
          ({ arn, name }) => html`<option value="${arn}">${name}</option>`,
        )}
      </datalist></label
    >
    <label
      >How many calls (until switched off when empty)<br /><input
        name="remaining"
        type="number"
        min="1"
    /></label>
    <label
      >Delay of a timeout in ms<br /><input
        name="delayMs"
        type="number"
        min="0"
    /></label>
    <button class="primary" type="submit">Switch on</button>
  </form>`;
}
