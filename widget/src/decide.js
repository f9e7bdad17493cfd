/**
 * What may happen under a given consent. Pure: nothing here touches the page, so every rule is testable without one.
 *
 * The longest matching host decides, then the longest path. A request to the site's own registrable domain without a
 * rule is necessary; one to an unknown third party waits like advertising (setting `strict`) or passes (`discover`).
 */

/** @typedef {import('./types').Policy} Policy */
/** @typedef {import('./types').Rule} Rule */
/** @typedef {import('./types').Letter} Letter */
/** @typedef {import('./types').Known} Known */

export const LETTERS = /** @type {const} */ (['n', 'p', 'f', 'a']);
/** Consent to everything. */
export const ALL = 'npfa';
export const NAMES = /** @type {const} */ ({
  n: 'necessary',
  p: 'performance',
  f: 'functionality',
  a: 'advertising',
  u: 'advertising',
});

/**
 * One value for each category, by its name at the widget's edges.
 *
 * @template T
 * @param {(letter: Letter) => T} value
 * @returns {Record<string, T>}
 */
export const byName = (value) => Object.fromEntries(LETTERS.map((letter) => [NAMES[letter], value(letter)]));

/**
 * @param {string} host
 * @param {string} domain
 * @param {boolean} [exact]
 */
export function hostMatches(host, domain, exact) {
  return host === domain || (!exact && host.endsWith('.' + domain));
}

/**
 * @param {Policy} policy
 * @param {URL} url
 * @returns {Rule | null}
 */
export function ruleFor(policy, url) {
  /** @type {Rule | null} */
  let best = null;
  for (const rule of policy.rules) {
    if (!hostMatches(url.hostname, rule[0], !!rule[3]) || !url.pathname.startsWith(rule[1])) continue;
    if (!best || rule[0].length > best[0].length || (rule[0] === best[0] && rule[1].length > best[1].length)) best = rule;
  }
  return best;
}

/**
 * @param {Letter} category
 * @param {string} granted
 */
export function isGranted(category, granted) {
  return category === 'n' || granted.includes(category === 'u' ? 'a' : category);
}

/**
 * Decide about one request.
 *
 * @param {Policy} policy
 * @param {string} granted letters of the granted categories
 * @param {URL} url absolute
 * @param {string} pageHost host of the page: always the site's own
 * @param {string[]} [off] services refused by name within a granted category
 * @returns {import('./types').Verdict}
 */
export function decide(policy, granted, url, pageHost, off = []) {
  const host = url.hostname;
  if (!/^(https?|wss?):$/.test(url.protocol) || policy.always.includes(url.host)) return { allow: true, category: 'n', rule: null };
  const rule = ruleFor(policy, url);
  if (rule) return { allow: isGranted(rule[2], granted) && (rule[2] === 'n' || !off.includes(rule[4])), category: rule[2], rule };
  const own = host === pageHost || policy.own.some((domain) => hostMatches(host, domain));
  if (own || policy.unknown === 'discover') return { allow: true, category: own ? 'n' : 'u', rule: null };
  return { allow: isGranted('u', granted), category: 'u', rule: null };
}

/**
 * Whether `name` fits a pattern in which only `*` is special.
 *
 * @param {string} pattern
 * @param {string} name
 */
export function nameMatches(pattern, name) {
  if (!pattern.includes('*')) return pattern === name;
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*');
  return new RegExp('^' + source + '$', 's').test(name);
}

/**
 * The inventory's item for a cookie or storage key of the site itself: an exact name first, else the longest pattern.
 *
 * @param {Known[]} items
 * @param {string} kind
 * @param {string} name
 * @returns {Known | null}
 */
export function itemFor(items, kind, name) {
  /** @type {Known | null} */
  let best = null;
  for (const item of items) {
    if (item[0] !== kind || !nameMatches(item[1], name)) continue;
    if (item[1] === name) return item;
    if (!best || item[1].length > best[1].length) best = item;
  }
  return best;
}
