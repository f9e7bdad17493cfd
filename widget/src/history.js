/**
 * The visitor's own record: the id that only they hold, what they decided and when, and the receipt to keep.
 */
import { button } from './banner.js';
import { config } from './config.js';
import { LETTERS, NAMES } from './decide.js';
import { h } from './dom.js';
import { fill } from './fill.js';
import { until } from './state.js';
import { language, t } from './texts.js';

/** @typedef {{ server_time: string, event: string, categories: Record<string, string> }} LoggedRecord */

/** @param {number} time milliseconds */
const date = (time) => new Intl.DateTimeFormat(language(), { dateStyle: 'long' }).format(time);

/** @param {string} id @returns {Promise<{ records: { record: LoggedRecord }[] }>} the receipt, as the log holds it */
async function fetchReceipt(id) {
  const response = await fetch(`${config.server}/v1/consent/${id}`, { headers: { Accept: 'application/json' }, cache: 'no-store' });
  if (!response.ok) throw new Error(String(response.status));
  return (await response.json()).data;
}

/** @param {LoggedRecord} record */
function line({ server_time: time, categories }) {
  const granted = LETTERS.filter((letter) => categories[NAMES[letter]] === 'granted').map((letter) => t(NAMES[letter]));
  return h('li', {}, date(Date.parse(time)) + ': ' + granted.join(', '));
}

/** @param {string} id */
function list(id) {
  const lines = h('ul', { 'aria-live': 'polite' });
  /** @param {Event} event */
  const fillIn = async ({ target }) => {
    if (!(target instanceof HTMLDetailsElement && target.open)) return;
    try {
      const { records } = await fetchReceipt(id);
      lines.replaceChildren(...records.filter(({ record }) => record.event !== 'notice_shown').map(({ record }) => line(record)));
    } catch {
      lines.replaceChildren(h('li', {}, t('history_failed')));
    }
  };
  const decisions = h('details', {}, h('summary', {}, t('history')), lines);
  decisions.addEventListener('toggle', fillIn);
  return decisions;
}

/** @param {string} id @param {HTMLElement} where a place to tell that it failed */
async function download(id, where) {
  try {
    const text = JSON.stringify(await fetchReceipt(id), null, 2);
    const href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    h('a', { href, download: `consent-${config.site}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 10_000);
    where.textContent = '';
  } catch {
    where.textContent = t('history_failed');
  }
}

/** The section of the settings. @param {import('./types').Decision} decision */
export function ownRecord(decision) {
  const told = h('p', { role: 'status' });
  const save = button('download', 'button quiet');
  save.addEventListener('click', () => void download(decision.id, told));
  return h(
    'section',
    { class: 'record' },
    h('p', {}, fill('decided', { date: date(decision.t * 1000), until: date(until(decision)) })),
    h('p', {}, t('consent_id') + ': ', h('code', {}, decision.id)),
    h('p', {}, h('a', { href: `${config.server}/v1/consent/${decision.id}`, target: '_blank', rel: 'noopener noreferrer' }, t('receipt'))),
    list(decision.id),
    save,
    told,
  );
}
