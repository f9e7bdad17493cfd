/**
 * The visitor's own record: the id that only they hold, when they decided, and the ways to what the server has of it, which
 * are loaded once one of them is taken (lookup.js).
 */
import { button } from './banner.js';
import { further } from './chunk.js';
import { config } from './config.js';
import { date } from './dates.js';
import { details } from './details.js';
import { h } from './dom.js';
import { fill } from './fill.js';
import { until } from './state.js';
import { t } from './texts.js';

/** Loads what only some visitors look up. */
export const lookup = /** @type {() => Promise<import('./lookup').Lookup>} */ (further(details.lookup));

/** The section of the settings. @param {import('./types').Decision} decision */
export function ownRecord(decision) {
  const lines = h('ul', { 'aria-live': 'polite' });
  const told = h('p', { role: 'status' });
  const decisions = h('details', {}, h('summary', {}, t('history')), lines);
  const save = button('download', 'button quiet');
  const failed = () => t('history_failed');
  decisions.addEventListener('toggle', () => {
    if (!decisions.open) return;
    const shown = lookup().then((part) => part.list(decision.id));
    void shown.then((found) => lines.replaceChildren(...found), () => lines.replaceChildren(h('li', {}, failed())));
  });
  save.addEventListener('click', () => {
    const saved = lookup().then((part) => part.download(decision.id));
    void saved.then(() => (told.textContent = ''), () => (told.textContent = failed()));
  });
  return h(
    'section',
    { class: 'record' },
    h('p', {}, fill('decided', { date: date(decision.t * 1000), until: date(until(decision)) })),
    h('p', {}, t('consent_id') + ': ', h('code', {}, decision.id)),
    h('p', {}, h('a', { href: `${config.server}/v1/consent/${decision.id}`, target: '_blank', rel: 'noopener noreferrer' }, t('receipt'))),
    decisions,
    save,
    told,
  );
}
