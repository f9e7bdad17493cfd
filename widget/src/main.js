/** Starts the widget: first the blocking, before the parser goes on, then the banner when there is a body. */
import { emit, exposeApi } from './api.js';
import { actionOf, closeLayers, showBanner, showReopen, showSettings } from './banner.js';
import { clean } from './clean.js';
import { config } from './config.js';
import { observe, release } from './gate.js';
import { patchNetwork } from './network.js';
import { patchElements, patchMarkup } from './patch.js';
import { watchFrames } from './placeholder.js';
import { enqueue, eventOf, flush, flushOnLeave, sendOnce } from './record.js';
import { raiseShield, shielded } from './shield.js';
import { signalDefault, signalUpdate } from './signals.js';
import { gpc, readState, state, writeDecision } from './state.js';
import { patchStores } from './stores.js';
import { language } from './texts.js';

const ALL = 'npfa';
let armed = false;

/** Put the blocking in place. Nothing of it is needed while everything is granted. */
function arm() {
  if (armed || state.granted === ALL) return;
  armed = true;
  raiseShield();
  patchElements();
  patchMarkup();
  patchNetwork();
  patchStores();
}

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * The event's name: what the decision does to the one that stood before.
 *
 * @param {boolean} stood
 * @param {string} before
 * @param {string} granted
 */
function kindOf(stood, before, granted) {
  if (!stood) return granted === 'n' ? 'refused' : granted === ALL ? 'given' : 'partial';
  return granted === before ? 'renewed' : granted === 'n' ? 'withdrawn' : 'changed';
}

/**
 * Take a decision: 1 store and queue it, 2 close what is shown, 3 tell the page and the tags, 4 remove what is no longer
 * allowed, 5 record it, 6 let go of what is allowed, by a reload where the shield stands.
 *
 * @param {string} granted
 * @param {string} action
 * @param {string} surface
 */
async function take(granted, action, surface) {
  const { decision: stood, granted: before } = state;
  const lost = [...before].some((letter) => !granted.includes(letter));
  const gained = [...granted].some((letter) => !before.includes(letter));
  writeDecision(granted);
  const event = eventOf(kindOf(!!stood, before, granted), action, surface, language());
  event.previous_record_id = stood?.r || null;
  enqueue(event);
  closeLayers();
  showReopen(show);
  signalUpdate(granted);
  emit('consent');
  await sleep(0); // the click paints first
  if (lost) arm();
  if (granted !== ALL) {
    event.not_removed = (await Promise.race([clean(), sleep(1500)])) || [];
    enqueue(event);
  }
  const sent = flush();
  if ((lost && config.reload_on_withdraw) || (gained && shielded)) {
    await Promise.race([sent, sleep(1000)]);
    location.reload();
  } else if (gained) {
    await release();
  }
}

/** With the opt-out signal, "all" leaves advertising out; it can still be chosen by its own switch. */
const everything = () => (gpc() ? 'npf' : ALL);

/** @type {import('./types').Handlers} */
const handlers = {
  accept: (surface) => void take(everything(), 'accept_all', surface),
  reject: (surface) => void take('n', 'reject_all', surface),
  close: (surface) => void take('n', 'close', surface),
  withdraw: (surface) => void take('n', 'withdraw', surface),
  save: (surface, granted = 'n') => void take(granted, 'save', surface),
  settings: () => showSettings(handlers),
};
const show = () => showSettings(handlers);

/**
 * Links and buttons of the page itself, such as those in the declaration, may carry an action. What is clicked inside our
 * own shadow roots arrives here as a click on their hosts, which carry none.
 *
 * @param {MouseEvent} event
 */
function onPageAction(event) {
  const action = actionOf(event.target);
  if (!/^(settings|accept|reject|withdraw)$/.test(action)) return;
  event.preventDefault();
  handlers[action]?.('declaration');
}

/** A frame to load this once: at once, or after a reload where the shield stands (kept in the history entry). @param {URL} url */
function once(url) {
  if (!shielded) return false;
  history.replaceState({ ...history.state, consentry: url.hostname }, '');
  location.reload();
  return true;
}

function readOnce() {
  const { consentry: host, ...rest } = history.state || {};
  if (!host) return;
  state.once.push(host);
  history.replaceState(rest, '');
}

/** Another tab may have decided meanwhile. */
function catchUp() {
  const { granted: before, decision } = state;
  readState();
  if (state.decision?.t === decision?.t && state.granted === before) return;
  if (state.decision) closeLayers();
  signalUpdate(state.granted);
  emit('consent');
  const lost = [...before].some((letter) => !state.granted.includes(letter));
  if ((lost && config.reload_on_withdraw) || shielded) location.reload();
  else void release();
}

function startSurface() {
  watchFrames((letter) => void take(state.granted.includes(letter) ? state.granted : state.granted + letter, 'save', 'placeholder'), once);
  document.addEventListener('click', onPageAction);
  if (state.decision) {
    showReopen(show);
    void flush();
    if (state.granted !== ALL) void clean();
  } else {
    showBanner(handlers);
    sendOnce(eventOf('notice_shown', 'none', 'banner', language()));
    if (gpc()) sendOnce(eventOf('opt_out_signal', 'gpc', 'none', language()));
  }
  emit('ready');
  if (state.decision) emit('consent');
}

function start() {
  readOnce();
  readState();
  signalDefault(state.granted);
  arm();
  observe();
  exposeApi({
    show,
    accept: () => take(everything(), 'api', 'none'),
    reject: () => take('n', 'api', 'none'),
    withdraw: () => take('n', 'withdraw', 'none'),
  });
  document.addEventListener('visibilitychange', () => (document.visibilityState === 'visible' ? catchUp() : flushOnLeave()));
  window.addEventListener('pageshow', (event) => event.persisted && catchUp());
  window.addEventListener('online', () => void flush());
  if (document.body && document.readyState !== 'loading') startSurface();
  else document.addEventListener('DOMContentLoaded', startSurface);
}

if (!window.consentry) start();
