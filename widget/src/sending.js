/** Sends what is queued. `event_id` makes a repeated event the same record, so sending twice does no harm. */
import { ENDPOINT, queue, setQueue } from './record.js';
import { readCookie, state, writeDecision } from './state.js';

/** @typedef {import('./record.js').Event} Event */

/** Amend a queued event, in its place. @param {Event} event */
export const amend = (event) => setQueue(queue().map((other) => (other.event_id === event.event_id ? event : other)));

/** @param {Event} event */
const post = (event) =>
  fetch(ENDPOINT, {
    method: 'POST',
    body: JSON.stringify(event),
    headers: { 'Content-Type': 'text/plain' }, // no preflight, as with sendBeacon
    keepalive: true,
    credentials: 'include', // a same-site server refreshes the first-party cookie
  });

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
    setQueue(queue().filter((other) => other.event_id !== event.event_id));
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
