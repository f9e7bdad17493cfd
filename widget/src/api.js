/** The page's side: `window.consentry` and the events `consentry:ready` and `consentry:consent` on the document. */
import { config } from './config.js';
import { byName } from './decide.js';
import { gpc, state, until } from './state.js';

/** What subscribers get (consentry.d.ts, ConsentryState). */
export function snapshot() {
  const decision = state.decision;
  return {
    consentId: decision ? decision.id : null,
    decided: !!decision,
    categories: byName((letter) => state.granted.includes(letter)),
    noticeVersion: config.notice,
    refusedServices: state.off,
    validUntil: decision ? new Date(until(decision)).toISOString() : null,
    gpc: gpc(),
  };
}

let isReady = false;

/** @param {'ready' | 'consent'} name */
export function emit(name) {
  if (name === 'ready') isReady = true;
  performance.mark('consentry:' + name);
  document.dispatchEvent(new CustomEvent('consentry:' + name, { detail: snapshot() }));
}

/**
 * A late subscriber is called too: for `ready` when that has passed, for `consent` when there is a decision.
 *
 * @param {string} name
 * @param {(state: ReturnType<typeof snapshot>) => void} listener
 */
function on(name, listener) {
  const call = () => listener(snapshot());
  document.addEventListener('consentry:' + name, call);
  if (isReady && (name === 'ready' || state.decision)) queueMicrotask(call);
  return () => document.removeEventListener('consentry:' + name, call);
}

/**
 * @param {{ show(): void, accept(only?: string[]): void, reject(): void, withdraw(): void, identify(id: string): Promise<void> }} actions
 */
export function exposeApi(actions) {
  window.consentry = Object.freeze({
    version: config.widget,
    /** @param {string} category */
    has: (category) => snapshot().categories[category] === true,
    on,
    ready: () => new Promise((resolve) => on('ready', resolve)),
    state: snapshot,
    ...actions,
  });
}
