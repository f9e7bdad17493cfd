/**
 * Sends consent events to the server. A decision is queued in storage first and leaves the queue only when the server
 * has answered, so a server that is down loses nothing; `event_id` makes a repeated event the same record.
 */
import { config } from './config.js';
import { LETTERS, NAMES } from './decide.js';
import { gpc, readCookie, state, writeDecision } from './state.js';

export const QUEUE = 'consentry_queue';
const MAX_QUEUED = 20;
const ENDPOINT = config.server + '/v1/consent';

/** @typedef {Record<string, unknown>} Event */

/** @returns {Event[]} */
function queue() {
  try {
    const found = JSON.parse(localStorage.getItem(QUEUE) || '[]');
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/** @param {Event[]} entries */
function setQueue(entries) {
  try {
    if (entries.length) localStorage.setItem(QUEUE, JSON.stringify(entries.slice(-MAX_QUEUED)));
    else localStorage.removeItem(QUEUE);
  } catch {
    // storage is full or refused: the event is still sent once
  }
}

/**
 * What `POST /v1/consent` takes (consent/model/records.py, ConsentEvent).
 *
 * @param {string} event
 * @param {string} action
 * @param {string} surface
 * @param {string} language
 * @returns {Event}
 */
export function eventOf(event, action, surface, language) {
  /** @type {Record<string, string>} */
  const categories = {};
  const asked = !!state.decision;
  for (const letter of LETTERS) {
    const signalled = event === 'opt_out_signal' && letter === 'a';
    categories[NAMES[letter]] = state.granted.includes(letter) ? 'granted' : asked || signalled ? 'denied' : 'not_asked';
  }
  return {
    site: config.site,
    consent_id: state.id,
    event_id: crypto.randomUUID(),
    event,
    action,
    surface,
    categories,
    notice_version: config.notice,
    widget_version: config.widget,
    language,
    page: location.origin + location.pathname.slice(0, 1900),
    client_time: new Date().toISOString(),
    gpc: navigator.globalPrivacyControl ?? null,
    gpc_honoured: gpc() && !state.granted.includes('a'),
    not_removed: [],
    previous_record_id: state.decision?.r || null,
  };
}

/** @param {Event} event */
const post = (event) =>
  fetch(ENDPOINT, {
    method: 'POST',
    body: JSON.stringify(event),
    headers: { 'Content-Type': 'text/plain' }, // no preflight, as with sendBeacon
    keepalive: true,
    credentials: 'include', // a same-site server refreshes the first-party cookie
  });

/**
 * Send without keeping: for what is no decision (the notice was shown, a signal was seen).
 *
 * @param {Event} event
 */
export function sendOnce(event) {
  post(event).catch(() => {});
}

/**
 * Queue a decision, or replace it there: what is in the queue survives the page.
 *
 * @param {Event} event
 */
export const enqueue = (event) => setQueue([...without(event), event]);

/** @param {Event} event */
const without = (event) => queue().filter((other) => other.event_id !== event.event_id);

/** @type {Promise<void>} */
let flushing = Promise.resolve();

/** Send what is queued, oldest first; what the server refuses for good (4xx) is dropped, all else stays. */
export function flush() {
  return (flushing = flushing.then(flushNow).catch(() => {}));
}

async function flushNow() {
  for (const event of queue()) {
    const response = await post(event);
    const busy = response.status >= 500 || [408, 425, 429].includes(response.status);
    if (busy) return; // later
    setQueue(without(event));
    if (!response.ok) continue;
    const { receipt_id: record } = (await response.json()).data;
    // Another tab may have decided anew, or the visitor have deleted the cookie.
    if (state.decision && readCookie()?.t === state.decision.t) writeDecision(state.granted, record);
  }
}

/** The page is going away: hand the queue to the browser, which sends it in the background. */
export function flushOnLeave() {
  for (const event of queue()) navigator.sendBeacon(ENDPOINT, JSON.stringify(event));
}
