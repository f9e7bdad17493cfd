/**
 * The choice for each service within a category. A category's switch turns all of its services; a service turned on turns
 * its category on, and the last one turned off turns it off. Only what is refused is kept (state.off).
 */
import { details } from './details.js';
import { h } from './dom.js';
import { state } from './state.js';

/**
 * A switch for each service; null where the category's own says as much.
 *
 * @param {string} letter
 */
export function serviceSwitches(letter) {
  const names = details.services[letter];
  if (!names) return null;
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
export const isOfRefused = (kind, name) => details.stored.some((item) => item[0] === kind && item[1] === name && state.off.includes(item[2]));
