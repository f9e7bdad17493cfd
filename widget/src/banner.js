/**
 * The first layer: what is asked and what for (CNIL 2020-092 and the DSK want purposes named here), and accept beside
 * reject in the same style (EDPB Cookie Banner Taskforce 2023; CNIL 2020-091). It takes no focus and traps none, unless
 * the site shows it as a modal dialog in the centre.
 */
import { config } from './config.js';
import { h, shell } from './dom.js';
import { gpc } from './state.js';
import { t } from './texts.js';

/** @type {HTMLElement | null} */
let host = null;
/** @type {HTMLElement | null} */
let reopen = null;

/** @param {string} action @param {string} kind @param {string} [label] of a button whose sign is drawn by the styles */
export const button = (action, kind = 'button choice', label) =>
  h('button', { type: 'button', class: kind, 'data-consentry-action': action, 'aria-label': label, title: label }, !label && t(action));

/** @param {string} action */
export const signButton = (action) => button(action, action, t(action));

/** Links that the banner must not hide: who answers, and what is done (DSK guidance: imprint and policy stay in reach). */
export const links = () =>
  h('p', {}, config.policy_url && h('a', { href: config.policy_url }, t('policy')), config.imprint_url && h('a', { href: config.imprint_url }, t('imprint')));

/** A line in a `status` region: the opt-out signal, or why we ask again. @param {string} key */
export const note = (key) => h('p', { class: 'note', role: 'status' }, t(key));

/** @param {Node[]} children */
export function mount(...children) {
  host?.remove();
  host = shell('consentry-banner', ...children);
  document.body.prepend(host); // first in the focus order, wherever it is painted
  return host;
}

/** Close both layers. */
export function closeLayers() {
  host?.remove();
  host = null;
  document.documentElement.style.scrollPaddingBottom = '';
}

/**
 * @param {import('./types').Act} act
 * @param {() => void} onInterest called when a visitor turns to the banner
 * @param {string} [why] a text that says why the banner is shown
 */
export function showBanner(act, onInterest, why) {
  const centre = config.position === 'center';
  const parts = [
    h(
      'div',
      { class: 'copy' },
      h('h2', { id: 'title', tabindex: centre && '-1', autofocus: centre }, t('title')),
      h('p', { id: 'text' }, t('text')),
      h('b', {}, ['performance', 'functionality', 'advertising'].map(t).join(' · ')),
      gpc() && note('gpc'),
      why && note(why),
      links(),
    ),
    h('div', { class: 'actions' }, button('reject'), button('accept'), button('settings', 'button quiet')),
  ];
  const props = { class: 'banner', role: 'dialog', 'aria-labelledby': 'title', 'aria-describedby': 'text' };
  const box = centre ? h('dialog', props, ...parts) : h('div', props, ...parts);
  mount(box);
  box.addEventListener('click', (event) => act(actionOf(event.target), 'banner'));
  // Leaving without a choice allows nothing (Garante 2021: closing continues without consent).
  box.addEventListener('keydown', (event) => {
    if (/** @type {KeyboardEvent} */ (event).key === 'Escape') act('close', 'banner');
  });
  for (const type of ['pointerenter', 'focusin']) box.addEventListener(type, onInterest, { once: true });
  if (box instanceof HTMLDialogElement) box.showModal();
  // A focused element of the page must not end up behind the banner (WCAG 2.2, 2.4.11). An observer, as asking for the
  // height here would make the browser lay out the page before it is ready to.
  else new ResizeObserver(([entry]) => host && (document.documentElement.style.scrollPaddingBottom = (entry?.target.clientHeight || 0) + 16 + 'px')).observe(box);
}

/** @param {EventTarget | null} target what was clicked */
export const actionOf = (target) => (target instanceof Element && target.closest('[data-consentry-action]')?.getAttribute('data-consentry-action')) || '';

/** The layer that is open, if any. */
export const openLayer = () => host;

/** The small control that stays on every page (GDPR Art. 7(3): withdrawing is as easy as giving). @param {() => void} open */
export function showReopen(open) {
  if (reopen?.isConnected) return;
  const control = signButton('reopen');
  control.addEventListener('click', open);
  reopen = shell('consentry-reopen', control);
  document.body.append(reopen);
}
