/** Starts the widget: first the blocking, before the parser goes on, then the banner when there is a body. */
import { emit, exposeApi } from './api.js';
import { actionOf, closeLayers, showBanner, showReopen } from './banner.js';
import { held, more, sleep } from './chunk.js';
import { config } from './config.js';
import { ALL, LETTERS, NAMES } from './decide.js';
import { observe, postponed, waiting } from './gate.js';
import { optional } from './optional.js';
import { patchElements } from './patch.js';
import { QUEUE, enqueue, eventOf, queue, sendOnce } from './record.js';
import { raiseShield } from './shield.js';
import { signalDefault, signalUpdate } from './signals.js';
import { gpc, lettersIn, readState, state, writeDecision } from './state.js';

let armed = false;
let ready = false;

const allGranted = () => state.granted === ALL && !state.off[0];

/** Put the blocking in place. Nothing of it is needed while everything is granted. */
function arm() {
  if (armed || allGranted()) return;
  armed = true;
  raiseShield();
  patchElements();
  for (const guard of optional.guards) guard();
}

/** @param {string | string[]} some @param {string | string[]} others letters, or names of services @returns {boolean} whether `some` has one that `others` lack */
const exceeds = (some, others) => [...some].some((letter) => !others.includes(letter));

/**
 * The event's name: what the decision does to the one that stood before.
 *
 * @param {boolean} stood
 * @param {boolean} same
 * @param {string} granted
 */
function kindOf(stood, same, granted) {
  if (!stood) return granted === 'n' ? 'refused' : allGranted() ? 'given' : 'partial';
  return same ? 'renewed' : granted === 'n' ? 'withdrawn' : 'changed';
}

/** Close what asks, and tell the tags and the page what holds now. */
function tellDecision() {
  if (state.decision) {
    closeLayers();
    showReopen(show);
  }
  signalUpdate(state.granted);
  emit('consent');
}

/**
 * Take a decision: 1 store and queue it, 2 close what is shown, 3 tell the page and the tags, 4 clean up, send and let go
 * (second part), 5 reload where that is what makes it take effect. Steps 1 to 3 and 5 need no server.
 *
 * @param {string} granted
 * @param {string} action
 * @param {string} surface
 * @param {string[]} [off] services that stay refused within what is granted
 */
async function take(granted, action, surface, off = []) {
  tellShown();
  const stood = state.decision;
  const before = state.granted;
  const offBefore = state.off;
  const lost = exceeds(before, granted) || exceeds(off, offBefore);
  const gained = exceeds(granted, before) || exceeds(offBefore, off);
  state.off = off;
  writeDecision(granted);
  const event = eventOf(kindOf(!!stood, !lost && !gained, granted), action, surface);
  event.previous_record_id = stood?.r || null;
  enqueue(event);
  state.prompt = 'user';
  state.shown = 0;
  tellDecision();
  await sleep(0); // the click paints first
  if (lost) arm();
  let reload = (lost && config.reload_on_withdraw) || (gained && state.shielded);
  await more().then(
    (part) => part.settleDecision(event, reload),
    () => {
      reload ||= gained; // then the next page lets go, and sends what is queued
    },
  );
  if (reload) location.reload();
}

/** With the opt-out signal, "all" leaves advertising out; it can still be chosen by its own switch. */
const everything = () => (gpc() ? 'npf' : ALL);

/** Begin to fetch what the visitor will need next. */
const prefetch = () => void more().catch(() => {});

const show = () => {
  state.shown ||= Date.now();
  void more().then(
    (part) => part.showSettings(act),
    () => showBanner(act, prefetch, 'unavailable'),
  );
};

/** @type {import('./types').Act} */
function act(action, surface, granted = 'n', off = []) {
  if (action === 'settings') show();
  else if (action === 'accept') void take(everything(), 'accept_all', surface);
  else if (action === 'reject') void take('n', 'reject_all', surface);
  else if (action === 'save') void take(granted, action, surface, off);
  else if (/^(close|withdraw)$/.test(action)) void take('n', action, surface);
}

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
  act(action, 'declaration');
}

function readOnce() {
  const { consentry: host, ...rest } = history.state || {};
  if (!host) return;
  state.once.push(host);
  history.replaceState(rest, '');
}

/** Another tab may have decided meanwhile. */
function catchUp() {
  tellShown();
  const before = state.granted;
  const decision = state.decision;
  readState();
  if (state.decision?.t === decision?.t && state.granted === before) return;
  tellDecision();
  // What was gained waits for the next page where the shield stands: a reload here could lose what was typed into a form.
  if (exceeds(before, state.granted) && config.reload_on_withdraw) location.reload();
  else if (!state.shielded) tend();
}

/** Allow one more category, or one refused service of it, for good. @param {string} letter @param {string} service */
export const allow = (letter, service) =>
  void take(lettersIn(state.granted + letter), 'save', 'placeholder', state.off.filter((name) => name !== service));

/** Look after what waits: the part for it (held.js) lets go what may go, and puts something in the place of frames. */
export function tend() {
  const waits = state.granted === 'n' ? ready && [...waiting].some((element) => /FRAME|TEMPLATE/.test(element.tagName)) : waiting.size || postponed[0];
  if (waits) void held().then((part) => part.tend(), () => {});
}

/** The banner counts as shown once it has been in sight for so long, or earlier where the visitor decides or leaves. */
const SEEN = 2000;
/** Tell the server, once. */
let tellShown = () => {};

/** Ask, unless the visitor has answered another consent tool before and the site takes that over. */
async function ask() {
  const pending = !state.changed && optional.imported?.();
  const found = pending && (await pending);
  if (found) return take(gpc() ? found.replace('a', '') : found, 'api', 'none');
  state.shown = Date.now();
  showBanner(act, prefetch, state.changed ? 'changed' : '');
  if (state.changed) prefetch(); // it says what is new (changes.js)
  tellShown = () => {
    tellShown = () => {};
    // @ts-expect-error replaced when the script is rendered: by nothing, or by the share of visits that do not tell
    __UNSAMPLED__ || sendOnce(eventOf('notice_shown', 'none', 'banner'));
    if (gpc()) sendOnce(eventOf('opt_out_signal', 'gpc', 'none'));
  };
  setTimeout(() => document.hidden || tellShown(), SEEN);
}

/** The tab comes back, the page comes back from the cache, another tab has queued a decision. @param {string[]} types */
function heed(...types) {
  for (const type of types) window.addEventListener(type, heard, true);
}

/** @param {Event} event */
function heard(event) {
  const { key = QUEUE, persisted } = /** @type {StorageEvent & PageTransitionEvent} */ (event);
  if ((key ?? QUEUE) === QUEUE && persisted !== false) catchUp(); // a page that is shown for the first time has just read
}

function startSurface() {
  ready = true;
  heed('storage'); // makes the browser open its storage: not while the parser waits
  document.addEventListener('click', onPageAction);
  if (state.decision) {
    showReopen(show);
    if (queue()[0] || (!allGranted() && config.items[0])) void more().then((part) => part.tidy(), () => {});
  } else {
    void ask();
  }
  tend();
  emit('ready');
  if (state.decision) emit('consent');
}

function start() {
  readOnce();
  readState();
  signalDefault(state.granted);
  arm();
  observe(tend);
  exposeApi({
    show,
    accept: (only) => take(Array.isArray(only) ? LETTERS.filter((letter) => letter === 'n' || only.includes(NAMES[letter])).join('') : everything(), 'api', 'none'),
    reject: () => take('n', 'api', 'none'),
    withdraw: () => take('n', 'withdraw', 'none'),
    identify: (id) => more().then((part) => part.identify(id)),
  });
  heed('visibilitychange', 'pageshow');
  const spoken = optional.speak?.();
  const begin = () => (spoken ? void spoken.then(startSurface) : startSurface());
  if (document.readyState !== 'loading') begin();
  else document.addEventListener('DOMContentLoaded', begin);
}

if (!window.consentry) start();
