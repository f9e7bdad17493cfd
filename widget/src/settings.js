/**
 * The second layer: a modal dialog with a switch for each category (all off but necessary until the visitor turns them
 * on; Planet49, C-673/17), what the scan found in it, and the visitor's own record.
 */
import { actionOf, button, closeLayers, links, mount, note, openLayer, signButton } from './banner.js';
import { LETTERS, NAMES } from './decide.js';
import { details } from './details.js';
import { dress, h } from './dom.js';
import { fill } from './fill.js';
import { duration } from './format.js';
import { ownRecord } from './history.js';
import { refusedServices, serviceSwitches, tieSwitches } from './services.js';
import { gpc, state } from './state.js';
import { language, t } from './texts.js';

/** @typedef {import('./types').Item} Item */

const COLUMNS = ['name', 'vendor', 'purpose', 'duration'];

/** @param {Item} item */
function lifetime(item) {
  if (item.lifetime !== null) return duration(item.lifetime, language());
  return t(item.kind === 'c' || item.kind === 's' ? 'session' : 'until_deleted');
}

/** @param {Item} item */
function row(item) {
  const cells = [item.name, item.vendor || details.controller, item.purpose || (item.category === 'u' ? t('unclassified') : ''), lifetime(item)];
  return h(
    'tr',
    {},
    ...cells.map((text, index) => h(index ? 'td' : 'th', { scope: index ? undefined : 'row', 'data-label': t(COLUMNS[index] || '') }, text || '–')),
  );
}

/** What the scan found of one category, and a choice for each service. @param {Item[]} items @param {string} letter */
function found(items, letter) {
  const switches = serviceSwitches(letter);
  if (!items.length) return switches;
  return h(
    'details',
    {},
    h('summary', {}, fill('details', { count: new Intl.NumberFormat(language()).format(items.length) })),
    switches,
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, ...COLUMNS.map((key) => h('th', { scope: 'col' }, t(key))))),
      h('tbody', {}, ...items.map(row)),
    ),
  );
}

/** @param {'n' | 'p' | 'f' | 'a'} letter */
function category(letter) {
  const name = NAMES[letter];
  const locked = letter === 'n';
  const input = h('input', {
    type: 'checkbox',
    role: 'switch',
    id: 'switch-' + letter,
    name,
    'aria-describedby': 'text-' + letter,
    disabled: locked,
    checked: locked || (!!state.decision && state.granted.includes(letter)),
  });
  const items = details.items.filter((item) => item.category === letter || (item.category === 'u' && letter === 'a'));
  const section = h(
    'section',
    { class: 'category' },
    h('h3', {}, h('label', { for: input.id }, t(name)), locked && h('span', { class: 'always' }, t('always_on'))),
    input,
    h('p', { id: 'text-' + letter }, t(name + '_text')),
    letter === 'a' && gpc() && note('gpc'),
    found(items, letter),
  );
  tieSwitches(section, input);
  return section;
}

/**
 * @param {import('./types').Act} act
 * @param {() => void} onClose called once the dialog has closed, by whatever way
 * @returns {HTMLDialogElement}
 */
function settingsDialog(act, onClose) {
  const close = signButton('close');
  // No <header> and <footer>: beside the page's own they would be its second landmarks (axe, landmark-unique).
  const dialog = h(
    'dialog',
    { class: 'settings', 'aria-labelledby': 'settings-title' },
    h('div', { class: 'head' }, h('h2', { id: 'settings-title', tabindex: '-1', autofocus: true }, t('settings_title')), close),
    h(
      'div',
      { class: 'body' },
      h('p', {}, t('settings_text')),
      details.controller && h('p', {}, fill('controller', { name: details.controller })),
      links(),
      ...LETTERS.map(category),
      state.decision && ownRecord(state.decision),
    ),
    h('div', { class: 'foot actions' }, button('reject'), button('accept'), button('save', 'button quiet')),
  );
  dialog.addEventListener('close', onClose);
  dialog.addEventListener('click', (event) => {
    const action = actionOf(event.target);
    if (action === 'close') return dialog.close();
    const on = LETTERS.filter((letter) => letter === 'n' || dialog.querySelector(`#switch-${letter}:checked`));
    act(action, 'preferences', on.join(''), refusedServices(dialog, on));
  });
  return dialog;
}

/**
 * Open the settings over the banner or on their own.
 *
 * @param {import('./types').Act} act
 */
export function showSettings(act) {
  const over = openLayer();
  const dialog = settingsDialog(act, () => {
    dialog.remove();
    if (!over) closeLayers();
  });
  const under = over || mount();
  dress(under);
  under.shadowRoot?.append(dialog);
  dialog.showModal();
}
