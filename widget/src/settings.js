/**
 * The second layer: a modal dialog with a switch for each category (all off but necessary until the visitor turns them
 * on; Planet49, C-673/17), what the scan found in it (found.js), and the visitor's own record.
 */
import { actionOf, button, closeLayers, links, mount, note, openLayer, signButton } from './banner.js';
import { LETTERS, NAMES } from './decide.js';
import { details } from './details.js';
import { dress, h } from './dom.js';
import { fill } from './fill.js';
import { lookup, ownRecord } from './history.js';
import { refusedServices, serviceSwitches, tieSwitches } from './services.js';
import { gpc, state } from './state.js';
import { language, t } from './texts.js';

/** What the scan found of one category, and a choice for each service. @param {string} letter */
function found(letter) {
  const switches = serviceSwitches(letter);
  const count = details.counts[letter];
  if (!count) return switches;
  const place = h('div');
  const box = h('details', {}, h('summary', {}, fill('details', { count: new Intl.NumberFormat(language()).format(count) })), switches, place);
  box.addEventListener('toggle', () => {
    if (box.open) void lookup().then((part) => part.table(letter), () => t('unavailable')).then((shown) => place.replaceChildren(shown));
  });
  return box;
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
  const section = h(
    'section',
    { class: 'category' },
    h('h3', {}, h('label', { for: input.id }, t(name)), locked && h('span', { class: 'always' }, t('always_on'))),
    input,
    h('p', { id: 'text-' + letter }, t(name + '_text')),
    letter === 'a' && gpc() && note('gpc'),
    found(letter),
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
