/**
 * The visitor's decision: read from and written to the cookie `consentry`. Before a decision nothing is stored.
 */
import { config } from './config.js';
import { LETTERS, hostMatches } from './decide.js';

/** @typedef {import('./types').Decision} Decision */

/** The cookie names the notice by its first digits: 64 bits tell versions apart, and the cookie stays small. */
const NOTICE_DIGITS = 16;

/**
 * `off` are services refused by name within granted categories, `once` are hosts let through for this page, `changed` is the notice of an earlier decision that holds no more, `shielded` that the
 * shield stands in this document, `prompt` is why the visitor is asked, `shown` when (Date.now()), 0 while they are not, `extra` is what else events say.
 *
 * @type {{ decision: Decision | null, granted: string, off: string[], once: string[], id: string, changed: string, shielded: boolean, prompt: string, shown: number, extra: Record<string, string> }}
 */
export const state = { decision: null, granted: 'n', off: [], once: [], id: '', changed: '', shielded: false, prompt: '', shown: 0, extra: {} };

/** The browser's opt-out signal, Global Privacy Control (W3C): constant for the life of the document. */
export const gpc = () => navigator.globalPrivacyControl === true;

/** The first 22 characters in base64url: 16 bytes, and of more four bits more. @param {Uint8Array} bytes */
export const token = (bytes) =>
  btoa(String.fromCharCode(...bytes)).slice(0, 22).replaceAll('+', '-').replaceAll('/', '_');

/** 128 random bits: the visitor's secret. */
export const randomToken = () => token(crypto.getRandomValues(new Uint8Array(16)));

/** The visitor's secret, made when it is first needed: a page that is only looked at needs none. */
export const visitorId = () => (state.id ||= randomToken());

/** The letters of these, each once, in the order of the categories. @param {string | string[]} letters */
export const lettersIn = (letters) => LETTERS.filter((letter) => letters.includes(letter)).join('');

/**
 * Parse the cookie's value; null where it is not one of ours.
 *
 * @param {string} value as it stands in `document.cookie`
 * @returns {Decision | null}
 */
export function parseDecision(value) {
  try {
    const data = JSON.parse(decodeURIComponent(value));
    const sound = data.v === 1 && /^[\w-]{22}$/.test(data.id) && data.t > 0 && (data.x || []).every((/** @type {unknown} */ name) => typeof name === 'string');
    return sound ? { ...data, c: lettersIn('n' + data.c) } : null;
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
  return decision.n === notice.slice(0, NOTICE_DIGITS) && decision.t <= now + 86400 && now < decision.t + days * 86400;
}

/** When a decision ends, in milliseconds. @param {Decision} decision */
export const until = (decision) => (decision.t + config.days * 86400) * 1000;

/** The youngest decision, should two domains hold one each. */
export function readCookie() {
  // Without a regular expression: a page's first one is slow.
  return document.cookie
    .split('; ')
    .flatMap((pair) => (pair.startsWith('consentry=') && parseDecision(pair.slice(10))) || [])
    .sort((a, b) => b.t - a.t)[0];
}

/** Take over what the cookie says. Called at the start, and again when the tab comes back. */
export function readState() {
  const found = readCookie();
  const standing = found && holds(found, config.notice, config.days, Date.now() / 1000) ? found : null;
  state.decision = standing;
  state.granted = standing?.c ?? 'n';
  state.off = standing?.x ?? [];
  state.changed = (!standing && found?.n) || '';
  state.prompt = !found ? 'first' : standing ? 'user' : found.n === config.notice.slice(0, NOTICE_DIGITS) ? 'expired' : 'notice_changed';
  if (found && found.id !== state.id) state.extra = {}; // the hash in it is another visitor's
  state.id = found?.id ?? state.id;
}

/**
 * @param {string} granted
 * @param {string} record the record's id as the server answered it, empty until then
 */
export function writeDecision(granted, record = '') {
  const time = record && state.decision ? state.decision.t : Math.floor(Date.now() / 1000);
  const decision = { v: 1, id: visitorId(), n: config.notice.slice(0, NOTICE_DIGITS), t: time, c: granted, r: record, ...(state.off[0] && { x: state.off }) };
  state.decision = decision;
  state.granted = granted;
  state.changed = '';
  const domain = config.own.find((own) => hostMatches(location.hostname, own));
  document.cookie =
    `consentry=${encodeURIComponent(JSON.stringify(decision))}; Path=/; Expires=${new Date(until(decision)).toUTCString()}; SameSite=Lax` +
    (domain?.includes('.') ? `; Domain=${domain}` : '') +
    (location.protocol === 'https:' ? '; Secure' : '');
}
