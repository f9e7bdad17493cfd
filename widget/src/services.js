/**
 * The choice for each service within a category. A category's switch turns all of its services; a service turned on turns
 * its category on, and the last one turned off turns it off. Only what is refused is kept (state.off).
 */
import { config } from './config.js';
import { details } from './details.js';
import { h } from './dom.js';
import { isGranted } from './decide.js';
import { state } from './state.js';

/** @typedef {import('./types').Letter} Letter */

/** @param {Letter} of @param {string} letter */
const within = (of, letter) => of === letter || (of === 'u' && letter === 'a');

/** The services that a category has: those that can be held back, and those that store something. @param {string} letter */
function servicesOf(letter) {
  const blocked = config.rules.filter((rule) => within(rule[2], letter)).map((rule) => rule[4]);
  const storing = details.items.filter((item) => within(item.category, letter)).map((item) => item.service);
  return [...new Set([...blocked, ...storing])].filter(Boolean).sort();
}

/**
 * A switch for each service; null where the category's own says as much.
 *
 * @param {string} letter
 */
export function serviceSwitches(letter) {
  const names = servicesOf(letter);
  if (letter === 'n' || names.length < 2) return null;
  const on = !!state.decision && state.granted.includes(letter);
  return h(
    'ul',
    { class: 'services' },
    ...names.map((name, index) => {
      const id = `service-${letter}-${index}`;
      const input = h('input', { type: 'checkbox', role: 'switch', id, 'data-service': name, checked: on && !state.off.includes(name) });
      return h('li', {}, h('label', { for: id }, name), input);
    }),
  );
}

/** Let a category's switch and those of its services follow each other. @param {HTMLElement} section @param {HTMLInputElement} whole */
export function tieSwitches(section, whole) {
  const parts = /** @type {HTMLInputElement[]} */ ([...section.querySelectorAll('[data-service]')]);
  section.addEventListener('change', ({ target }) => {
    if (target === whole) for (const part of parts) part.checked = whole.checked;
    else whole.checked = parts.some((part) => part.checked);
  });
}

/** The services that stay refused within the categories that are on. @param {HTMLElement} dialog @param {string[]} on letters */
export function refusedServices(dialog, on) {
  const parts = /** @type {HTMLInputElement[]} */ ([...dialog.querySelectorAll('[data-service]')]);
  const off = parts.filter((part) => !part.checked && on.includes(part.id.split('-')[1] || '')).map((part) => part.dataset.service || '');
  return [...new Set(off)].slice(0, 50);
}

/** Whether something stored belongs to a service that is refused within its category. @param {string} kind @param {string} name as the inventory has it */
export const isOfRefused = (kind, name) =>
  details.items.some((item) => item.kind === kind && item.name === name && item.category !== 'n' && isGranted(item.category, state.granted) && state.off.includes(item.service));
