/**
 * Follows an IAB TCF consent platform that the page has already: a vendor is told that a category is granted only where
 * the visitor granted it here and its TCF purposes there (IAB TCF CMP API v2). Part of the script only where the site has
 * switched it on. It reads `__tcfapi` and makes none: that is for registered platforms.
 */
import { ALL } from './decide.js';
import { caps, signalUpdate } from './signals.js';
import { state } from './state.js';

/** @typedef {{ gdprApplies?: boolean, tcString?: string, eventStatus?: string, purpose?: { consents?: Record<string, boolean> } }} TcData */

/**
 * TCF purposes (IAB Europe TCF policies, appendix A) that a category needs, all of them: 1 storage on the device; 7 to 9
 * measuring and statistics; 5 and 6 personalised content; 2 to 4 advertising.
 */
const PURPOSES = /** @type {[string, number[]][]} */ ([
  ['p', [1, 7, 8, 9]],
  ['f', [1, 5, 6]],
  ['a', [1, 2, 3, 4]],
]);

/**
 * The letters that the platform's data allows; null while its visitor has not answered.
 *
 * @param {TcData} data
 */
export function lettersOfTcf(data) {
  if (data.gdprApplies === false) return ALL;
  if (!/^(tcloaded|useractioncomplete)$/.test(data.eventStatus || '')) return null;
  const consents = data.purpose?.consents || {};
  return ['n', ...PURPOSES.filter(([, needed]) => needed.every((purpose) => consents[purpose] === true)).map(([letter]) => letter)].join('');
}

/** Until the platform has answered nothing is told as granted; without one in the page, nothing is withheld. */
let allowed = 'n';
caps.push((granted) => [...granted].filter((letter) => allowed.includes(letter)).join(''));

/** @param {string} letters */
function follow(letters) {
  if (letters === allowed) return;
  allowed = letters;
  signalUpdate(state.granted);
}

/** Have a string that was read enter the events, where it can be one and is not too long to be stored. @param {string} name @param {string} [text] */
function keep(name, text) {
  if (/^[\w.~-]{1,4096}$/.test(text || '')) state.extra[name] = text || '';
}

let listening = false;
function listen() {
  const api = /** @type {any} */ (window).__tcfapi;
  if (listening || typeof api !== 'function') return;
  listening = true;
  /** @type {any} */ (window).__gpp?.('ping', (/** @type {{ gppString?: string }} */ data) => keep('gpp_string', data?.gppString));
  api('addEventListener', 2, (/** @type {TcData} */ data, /** @type {boolean} */ success) => {
    keep('tc_string', data?.tcString);
    const letters = success && data ? lettersOfTcf(data) : null;
    if (letters) follow(letters);
  });
}

if (typeof document.addEventListener === 'function') {
  document.addEventListener('DOMContentLoaded', listen);
  window.addEventListener('load', () => {
    listen();
    if (!listening) follow(ALL);
  });
}
