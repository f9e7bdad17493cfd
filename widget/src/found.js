/** What the scan found, as tables. */
import { details } from './details.js';
import { h } from './dom.js';
import { duration } from './format.js';
import { language, t } from './texts.js';

const COLUMNS = ['name', 'vendor', 'purpose', 'duration'];

/** @param {import('./types').Item} item */
function row([kind, name, category, vendor, purpose, lifetime]) {
  const kept = lifetime === null ? t(kind === 'c' || kind === 's' ? 'session' : 'until_deleted') : duration(lifetime, language());
  const read = h('bdi', { dir: 'ltr' }, name); // from the left, in every language
  const cells = [read, vendor || details.controller, purpose || (category === 'u' ? t('unclassified') : ''), kept];
  return h(
    'tr',
    {},
    ...cells.map((text, index) => h(index ? 'td' : 'th', { scope: index ? undefined : 'row', 'data-label': t(COLUMNS[index] || '') }, text || '–')),
  );
}

/** What was found of one category. @param {string} letter */
export const table = (letter) =>
  h(
    'table',
    {},
    h('thead', {}, h('tr', {}, ...COLUMNS.map((key) => h('th', { scope: 'col' }, t(key))))),
    h('tbody', {}, ...details.items.filter((item) => within(item[2], letter)).map(row)),
  );

/** @param {string} of @param {string} letter what is not classified waits for advertising, and stands there */
const within = (of, letter) => of === letter || (of === 'u' && letter === 'a');
