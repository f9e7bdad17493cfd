/**
 * Tells vendors besides Google. Part of the script only where the site has one of them; signals only, no blocking relies
 * on them.
 */
import { config } from './config.js';
import { tellers } from './signals.js';
import { CALLS } from './vendors.js';

const page = /** @type {Record<string, any>} */ (/** @type {unknown} */ (window));

/** What Meta's own snippet is yet to be told: it loads nothing where `fbq` exists already, so none is made for it. @type {unknown[][]} */
const untold = [];

/** Tell Meta before the first call that the page itself makes, which is `init`. */
function awaitMeta() {
  /** @type {any} */
  let fbq;
  Object.defineProperty(window, 'fbq', {
    configurable: true,
    get() {
      if (fbq?.queue) for (const args of untold.splice(0)) fbq(...args);
      return fbq;
    },
    set(value) {
      fbq = value;
    },
  });
}

/** @param {import('./vendors').Call} call */
function make([name, ...args]) {
  if (name === 'fbq') {
    untold.push(args);
    void page[name]; // told now, where it is there
  } else if (name === 'wp_set_consent') {
    page[name]?.(...args);
  } else if (name === 'clarity') {
    page.clarity ||= function clarity() {
      // eslint-disable-next-line prefer-rest-params
      (page.clarity.q ||= []).push(arguments);
    };
    page.clarity(...args);
  } else {
    (page[name] ||= []).push(...args);
  }
}

if (config.signals.includes('meta') && !page.fbq) awaitMeta();
tellers.push((granted, first) => {
  for (const vendor of config.signals) for (const call of CALLS[vendor]?.(granted, first) || []) make(call);
});
// The WordPress Consent API is defined by a plugin further down in the page.
if (config.signals.includes('wordpress')) {
  page.wp_consent_type = 'optin';
  document.addEventListener('consentry:ready', ({ detail }) => {
    const granted = Object.entries({ n: 'necessary', p: 'performance', f: 'functionality', a: 'advertising' }).filter(([, name]) => detail.categories[name]);
    for (const call of CALLS.wordpress?.(granted.map(([letter]) => letter).join(''), false) || []) make(call);
  });
}
