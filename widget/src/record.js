/**
 * Sends consent events to the server. A decision is queued in storage first and leaves the queue only when the server
 * has answered, so a server that is down loses nothing; `event_id` makes a repeated event the same record.
 */
import { config } from './config.js';
import { LETTERS, NAMES } from './decide.js';
import { gpc, randomToken, state, writeDecision } from './state.js';

export const QUEUE = 'consentry_queue';
const MAX_QUEUED = 20;
const MAX_TRIES = 25;

/** @typedef {{ event: Record<string, unknown>, tries: number }} Queued */

/** @returns {Queued[]} */
function queue() {
  try {
    const found = JSON.parse(localStorage.getItem(QUEUE) || '[]');
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/** @param {Queued[]} entries */
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
 * @param {string[]} [notRemoved]
 * @returns {Record<string, unknown>}
 */
export function eventOf(event, action, surface, language, notRemoved = []) {
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
    event_id: randomToken(),
    event,
    action,
    surface,
    categories,
    notice_version: config.notice,
    widget_version: config.widget,
    language,
    page: location.origin + location.pathname.slice(0, 1900),
    client_time: new Date().toISOString(),
    gpc: typeof navigator.globalPrivacyControl === 'boolean' ? navigator.globalPrivacyControl : null,
    gpc_honoured: gpc() && !state.granted.includes('a'),
    not_removed: notRemoved.slice(0, 50).map((name) => name.slice(0, 200)),
    previous_record_id: (state.decision && state.decision.record) || null,
  };
}

/**
 * @param {Record<string, unknown>} event
 * @returns {Promise<Response>}
 */
async function post(event) {
  /** @type {RequestInit} */
  const init = {
    method: 'POST',
    body: JSON.stringify(event),
    headers: { 'Content-Type': 'text/plain' }, // no preflight, as with sendBeacon
    keepalive: true,
    mode: 'cors',
    credentials: 'include', // a same-site server refreshes the first-party cookie
  };
  return fetch(config.server + '/v1/consent', init);
}

/**
 * Send without keeping: for what is no decision (the notice was shown, a signal was seen).
 *
 * @param {Record<string, unknown>} event
 */
export function sendOnce(event) {
  post(event).catch(() => {});
}

/**
 * Queue a decision and send it.
 *
 * @param {Record<string, unknown>} event
 */
export function send(event) {
  setQueue([...queue(), { event, tries: 0 }]);
  return flush();
}

/** @type {Promise<void> | null} */
let flushing = null;

/** Send what is queued, oldest first; what the server refuses for good (4xx) is dropped, all else stays. */
export function flush() {
  flushing = (flushing || Promise.resolve()).then(flushNow).catch(() => {});
  return flushing;
}

async function flushNow() {
  for (const entry of queue()) {
    let response;
    try {
      response = await post(entry.event);
    } catch {
      response = null;
    }
    const refused = response && response.status >= 400 && response.status < 500 && ![408, 425, 429].includes(response.status);
    const done = (response && response.ok) || refused;
    const tries = entry.tries + 1;
    setQueue(
      queue().flatMap((other) => (other.event.event_id !== entry.event.event_id ? [other] : done || tries >= MAX_TRIES ? [] : [{ ...other, tries }])),
    );
    if (!response || !response.ok) {
      if (refused) continue;
      break;
    }
    const record = (await response.json().catch(() => ({}))).data?.record_id;
    const standing = state.decision;
    if (typeof record === 'string' && standing && entry.event.consent_id === standing.id) writeDecision(standing.granted, record);
  }
}

/** The page is going away: hand the queue to the browser, which sends it in the background. */
export function flushOnLeave() {
  for (const { event } of queue()) navigator.sendBeacon(config.server + '/v1/consent', JSON.stringify(event));
}
