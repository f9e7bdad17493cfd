/** What the server has of the visitor's own: what they decided so far, and the receipt to keep. */
import { config } from './config.js';
import { date } from './dates.js';
import { LETTERS, NAMES } from './decide.js';
import { h } from './dom.js';
import { t } from './texts.js';

/** @typedef {{ server_time: string, event: string, categories: Record<string, string> }} LoggedRecord */

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

/** The decisions, a line each; rejects where they cannot be read. @param {string} id */
export async function list(id) {
  const { records } = await fetchReceipt(id);
  return records.filter(({ record }) => record.event !== 'notice_shown').map(({ record }) => line(record));
}

/** Hand over the receipt as a file; rejects where it cannot be read. @param {string} id */
export async function download(id) {
  const text = JSON.stringify(await fetchReceipt(id), null, 2);
  const href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  h('a', { href, download: `consent-${config.site}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
