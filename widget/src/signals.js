/**
 * Tells tags about consent in their own words: Google Consent Mode v2 (seven types, default before any tag, update on
 * choice). Signals only; blocking does not rely on them.
 */

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

/** Before any tag: everything denied. @param {string} granted what an earlier decision granted */
export function signalDefault(granted) {
  gtag('consent', 'default', { ...googleConsent('n'), wait_for_update: 500 });
  gtag('set', 'ads_data_redaction', !granted.includes('a'));
  if (granted !== 'n') signalUpdate(granted);
}

/** @param {string} granted */
export function signalUpdate(granted) {
  gtag('consent', 'update', googleConsent(granted));
  gtag('set', 'ads_data_redaction', !granted.includes('a'));
}
