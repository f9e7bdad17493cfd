/**
 * Consent events and their queue. A decision is queued in storage before anything is sent and leaves the queue only when
 * the server has answered (sending.js), so a server that is down loses nothing.
 */
import { config } from './config.js';
import { byName } from './decide.js';
import { gpc, randomToken, state, visitorId } from './state.js';
import { language } from './texts.js';

export const QUEUE = 'consentry_queue';
export const ENDPOINT = config.server + '/v1/consent';
const MAX_QUEUED = 20;

/** @typedef {Record<string, unknown>} Event */

/** The queue where storage is full or refused: it lasts as long as the page. @type {Event[] | undefined} */
let kept;

/** @returns {Event[]} */
export function queue() {
  try {
    return kept || JSON.parse(localStorage.getItem(QUEUE) || '[]').slice(-MAX_QUEUED);
  } catch {
    return [];
  }
}

/** @param {Event[]} entries */
export function setQueue(entries) {
  try {
    if (entries.length) localStorage.setItem(QUEUE, JSON.stringify(entries));
    else localStorage.removeItem(QUEUE);
  } catch {
    kept = entries;
  }
}

/** Queue a decision: what is in the queue survives the page. @param {Event} event */
export const enqueue = (event) => setQueue([...queue(), event]);

/**
 * What `POST /v1/consent` takes (consent/model/records.py, ConsentEvent).
 *
 * @param {string} event
 * @param {string} action
 * @param {string} surface
 * @returns {Event}
 */
export function eventOf(event, action, surface) {
  return {
    site: config.site,
    consent_id: visitorId(),
    event_id: randomToken(),
    event,
    action,
    surface,
    categories: byName((letter) =>
      state.granted.includes(letter) ? 'granted' : state.decision || (event === 'opt_out_signal' && letter === 'a') ? 'denied' : 'not_asked',
    ),
    notice_version: config.notice,
    widget_version: config.widget,
    language: language(),
    page: location.origin + location.pathname.slice(0, 1900),
    client_time: new Date().toISOString(),
    gpc: navigator.globalPrivacyControl ?? null,
    gpc_honoured: gpc() && !state.granted.includes('a'),
    ...(state.off[0] && { services: Object.fromEntries(state.off.map((name) => [name, 'denied'])) }),
    previous_record_id: state.decision?.r || null,
    prompt_reason: state.prompt,
    ms_since_shown: state.shown && Date.now() - state.shown,
    automated: navigator.webdriver,
    ...state.extra,
  };
}

/** Send without keeping: for what is no decision (the notice was shown, a signal was seen). @param {Event} event */
export const sendOnce = (event) => navigator.sendBeacon(ENDPOINT, JSON.stringify(event));
