/** The page's side: `window.consentry` and the events `consentry:ready` and `consentry:consent` on the document. */
import { config } from './config.js';
import { LETTERS, NAMES } from './decide.js';
import { gpc, state } from './state.js';

/** What subscribers get (consentry.d.ts, ConsentryState). */
export function snapshot() {
  const decision = state.decision;
  return {
    consentId: decision ? decision.id : null,
    decided: !!decision,
    categories: Object.fromEntries(LETTERS.map((letter) => [NAMES[letter], state.granted.includes(letter)])),
    noticeVersion: config.notice,
    validUntil: decision ? new Date((decision.time + config.days * 86400) * 1000).toISOString() : null,
    gpc: gpc(),
  };
}

/** @type {Record<string, ((state: ReturnType<typeof snapshot>) => void)[]>} */
const listeners = { ready: [], consent: [] };
let isReady = false;
/** @type {() => void} */
let resolveReady = () => {};
const readyPromise = new Promise((resolve) => (resolveReady = () => resolve(snapshot())));

/** A subscriber's error is the page's own: it must not stop the next subscriber. @param {() => void} call */
function guarded(call) {
  try {
    call();
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}

/** @param {'ready' | 'consent'} name */
export function emit(name) {
  if (name === 'ready') {
    isReady = true;
    resolveReady();
  }
  performance.mark('consentry:' + name);
  for (const listener of listeners[name] || []) guarded(() => listener(snapshot()));
  document.dispatchEvent(new CustomEvent('consentry:' + name, { detail: snapshot() }));
}

/**
 * @param {{ show(): void, accept(): void, reject(): void, withdraw(): void }} actions
 */
export function exposeApi(actions) {
  window.consentry = Object.freeze({
    version: config.widget,
    /** @param {string} category */
    has: (category) => LETTERS.some((letter) => NAMES[letter] === category && state.granted.includes(letter)),
    /**
     * A late subscriber is called at once: with `ready` when that has passed, with `consent` when there is a decision.
     *
     * @param {string} name
     * @param {(state: ReturnType<typeof snapshot>) => void} listener
     */
    on(name, listener) {
      const list = listeners[name];
      if (!list) throw new TypeError(`consentry.on: expected "ready" or "consent", got "${name}"`);
      list.push(listener);
      if (name === 'ready' ? isReady : state.decision) guarded(() => listener(snapshot()));
      return () => void list.splice(list.indexOf(listener) >>> 0, 1);
    },
    ready: () => readyPromise,
    state: snapshot,
    ...actions,
  });
}
