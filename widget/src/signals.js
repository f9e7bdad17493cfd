/**
 * Tells tags about consent in their own words: Google Consent Mode v2 (seven types, default before any tag, update on
 * choice). Signals only; blocking does not rely on them.
 */
import { config } from './config.js';
import { byName } from './decide.js';

/** What each category means for Google's consent types (developers.google.com/tag-platform/devguides/consent). */
const GOOGLE = /** @type {Record<string, string[]>} */ ({
  p: ['analytics_storage'],
  f: ['functionality_storage', 'personalization_storage'],
  a: ['ad_storage', 'ad_user_data', 'ad_personalization'],
});

/**
 * @param {string} granted
 * @returns {Record<string, string>}
 */
export function googleConsent(granted) {
  /** @type {Record<string, string>} */
  const types = { security_storage: 'granted' };
  for (const [letter, names] of Object.entries(GOOGLE)) {
    for (const name of names) types[name] = granted.includes(letter) ? 'granted' : 'denied';
  }
  return types;
}

/** @type {(...args: unknown[]) => void} */
function gtag() {
  // Google's tags take the arguments object itself, not an array
  // eslint-disable-next-line prefer-rest-params
  (window.dataLayer = window.dataLayer || []).push(arguments);
}

/** Further vendors, each told in its own words (vendors.js, only where the site has one). @type {((granted: string, first: boolean) => void)[]} */
export const tellers = [];

/** What may tell less than was granted (tcf.js, only where the site has it). @type {((granted: string) => string)[]} */
export const caps = [];

/** @param {string} granted @param {boolean} first */
function tell(granted, first) {
  if (config.signals.includes('google')) {
    gtag('consent', first ? 'default' : 'update', { ...googleConsent(granted), ...(first && config.google) });
    gtag('set', 'ads_data_redaction', !granted.includes('a'));
  }
  for (const teller of tellers) teller(granted, first);
}

/** Before any tag: everything denied, then what an earlier decision granted. @param {string} granted */
export function signalDefault(granted) {
  tell('n', true);
  if (granted !== 'n') signalUpdate(granted);
}

/** On each decision; tag managers start their triggers by the event. @param {string} granted */
export function signalUpdate(granted) {
  for (const cap of caps) granted = cap(granted);
  tell(granted, false);
  window.dataLayer?.push({ event: 'consentry_consent', consentry: byName((letter) => granted.includes(letter)) });
}
