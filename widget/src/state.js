/**
 * The visitor's decision: read from and written to the cookie `consentry`. Before a decision nothing is stored.
 */
import { config } from './config.js';
import { LETTERS, hostMatches } from './decide.js';

/** @typedef {import('./types').Decision} Decision */

export const COOKIE = 'consentry';
/** The cookie names the notice by its first digits: 64 bits tell versions apart, and the cookie stays small. */
const NOTICE_DIGITS = 16;

/** @type {{ decision: Decision | null, granted: string, once: string[], id: string, changed: boolean }} */
export const state = { decision: null, granted: 'n', once: [], id: '', changed: false };

/** The browser's opt-out signal, Global Privacy Control (W3C): constant for the life of the document. */
export const gpc = () => navigator.globalPrivacyControl === true;

/** @param {number} bits 128 for a consent id (22 characters of base64url) */
export function randomToken(bits = 128) {
  const bytes = crypto.getRandomValues(new Uint8Array(bits / 8));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/**
 * Parse the cookie's value; null where it is not one of ours.
 *
 * @param {string} value as it stands in `document.cookie`
 * @returns {Decision | null}
 */
export function parseDecision(value) {
  try {
    const data = JSON.parse(decodeURIComponent(value));
    if (data.v !== 1 || !/^[\w-]{22}$/.test(data.id) || !(data.t > 0)) return null;
    const granted = LETTERS.filter((letter) => letter === 'n' || String(data.c).includes(letter)).join('');
    return { id: data.id, notice: String(data.n), time: data.t, granted, record: String(data.r || '') };
  } catch {
    return null;
  }
}

/**
 * Whether a decision still holds: made about this notice, and not older than the site's period. The period is the same
 * for yes and no (CNIL 2020-091 recommends six months).
 *
 * @param {Decision} decision
 * @param {string} notice
 * @param {number} days
 * @param {number} now Unix seconds
 */
export function holds(decision, notice, days, now) {
  return decision.notice === notice.slice(0, NOTICE_DIGITS) && decision.time <= now + 86400 && now < decision.time + days * 86400;
}

/** @returns {Decision | null} the youngest decision, should two domains hold one each */
function readCookie() {
  return document.cookie
    .split('; ')
    .filter((pair) => pair.startsWith(COOKIE + '='))
    .map((pair) => parseDecision(pair.slice(COOKIE.length + 1)))
    .reduce((best, found) => (found && (!best || found.time > best.time) ? found : best), null);
}

/** Take over what the cookie says. Called at the start, and again when the tab comes back. */
export function readState() {
  const found = readCookie();
  const standing = !!found && holds(found, config.notice, config.days, Date.now() / 1000);
  state.decision = standing ? found : null;
  state.granted = standing && found ? found.granted : 'n';
  state.changed = !!found && !standing;
  state.id = found ? found.id : state.id || randomToken();
}

/**
 * @param {string} granted
 * @param {string} record the record's id as the server answered it, empty until then
 */
export function writeDecision(granted, record = '') {
  const time = record && state.decision ? state.decision.time : Math.floor(Date.now() / 1000);
  const decision = { id: state.id, notice: config.notice.slice(0, NOTICE_DIGITS), time, granted, record };
  state.decision = decision;
  state.granted = granted;
  state.changed = false;
  const value = JSON.stringify({ v: 1, id: decision.id, n: decision.notice, t: time, c: granted, r: record });
  const domain = config.own.find((own) => hostMatches(location.hostname, own));
  const lifetime = Math.max(0, Math.round(time + config.days * 86400 - Date.now() / 1000));
  document.cookie =
    `${COOKIE}=${encodeURIComponent(value)}; Path=/; Max-Age=${lifetime}; SameSite=Lax` +
    (domain && domain.includes('.') ? `; Domain=${domain}` : '') +
    (location.protocol === 'https:' ? '; Secure' : '');
}
