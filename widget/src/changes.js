/** What is new since the notice that the visitor answered before: shown where we ask again. */
import { NAMES } from './decide.js';
import { details } from './details.js';
import { h } from './dom.js';
import { t } from './texts.js';

const MOST_LINES = 5;

/**
 * A list of what is new; null where the earlier notice is not known or nothing was added.
 *
 * @param {string} notice the digits that the cookie had
 */
export function changesSince(notice) {
  const found = details.changes[notice] || [];
  if (!found.length) return null;
  const lines = found.slice(0, MOST_LINES).map(([letter, vendor, what]) => h('li', {}, t(NAMES[letter]) + ': ' + [vendor, what].filter(Boolean).join(', ')));
  return h('div', { class: 'new' }, t('new_since'), h('ul', {}, ...lines, found.length > MOST_LINES && h('li', {}, '…')));
}
