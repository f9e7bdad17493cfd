/**
 * What is new since the notice that the visitor answered before: shown where we ask again. Part of the second part only where
 * an earlier notice is known.
 */
import { openLayer } from './banner.js';
import { NAMES } from './decide.js';
import { details } from './details.js';
import { dress, h } from './dom.js';
import { state } from './state.js';
import { t } from './texts.js';

const MOST_LINES = 5;

/**
 * A list of what is new; null where the earlier notice is not known or nothing was added.
 *
 * @param {string} notice the digits that the cookie had
 */
function changesSince(notice) {
  const found = details.changes[notice] || [];
  if (!found.length) return null;
  const lines = found.slice(0, MOST_LINES).map(([letter, vendor, what]) => h('li', {}, t(NAMES[letter]) + ': ' + [vendor, what].filter(Boolean).join(', ')));
  return h('div', { class: 'new' }, t('new_since'), h('ul', {}, ...lines, found.length > MOST_LINES && h('li', {}, '…')));
}

// The first part loads the second where it asks again (main.js, `ask`); its styles and texts are there once it has run.
queueMicrotask(() => {
  const list = changesSince(state.changed);
  const banner = openLayer();
  if (!list || !banner) return;
  dress(banner); // with the second part's styles
  banner.shadowRoot?.querySelector('.copy > :last-child')?.before(list); // before the links
});
