/**
 * The second part of the widget: what is needed once a visitor opens the settings or decides. It is loaded on demand
 * (chunk.js) and handed what it shares with the first part.
 */
import { clean } from './clean.js';
import { sleep } from './chunk.js';
import { details } from './details.js';
import { addStyles } from './dom.js';
import { tend } from './main.js';
import { amend, flush, flushOnLeave } from './sending.js';
import { showSettings } from './settings.js';
import { state, token, visitorId } from './state.js';
import { addTexts } from './texts.js';

/** @typedef {typeof morePart} More */

addStyles(details.css);
addTexts(details.texts);
document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && flushOnLeave());
window.addEventListener('online', () => void flush());

/**
 * After a decision: remove what is no longer allowed, record what could not be removed, send, and let go of what is
 * allowed now, unless the page is about to load anew.
 *
 * @param {import('./record.js').Event} event
 * @param {boolean} reload
 */
async function settleDecision(event, reload) {
  event.not_removed = (await Promise.race([clean(), sleep(1500)])) || [];
  amend(event);
  const sent = flush();
  if (reload) await Promise.race([sent, sleep(1000)]);
  else tend();
}

/** At the start of a page: what waits to be sent, and what must not be here. */
function tidy() {
  void flush();
  void clean();
}

/**
 * The site knows who is logged in: what it calls them enters later events as a hash that is salted with the consent id
 * (consent/external_ids.py); the id itself never leaves the page.
 *
 * @param {string} id
 */
async function identify(id) {
  state.extra.external_id_hash = token(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(visitorId() + ' ' + id))));
}

export const morePart = { identify, settleDecision, showSettings, tidy };
