/**
 * What may happen under a given consent. Pure: nothing here touches the page, so every rule is testable without one.
 *
 * The longest matching host decides, then the longest path: `render.py` writes rules and items in the order in which they
 * are to be tried. A request to the site's own registrable domain without a rule is necessary; one to an unknown third
 * party waits like advertising (setting `strict`) or passes (`discover`).
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
 * @param {unknown} [exact]
 */
export const hostMatches = (host, domain, exact) => host === domain || (!exact && host.endsWith('.' + domain));

/**
 * @param {Policy} policy
 * @param {URL} url
 */
export const ruleFor = (policy, url) => policy.rules.find((rule) => hostMatches(url.hostname, rule[0], rule[3]) && url.pathname.startsWith(rule[1]));

/**
 * @param {Letter} category
 * @param {string} granted
 */
export const isGranted = (category, granted) => category === 'n' || granted.includes(category === 'u' ? 'a' : category);

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
  const free = !/^(http|ws)s?:$/.test(url.protocol) || policy.always.includes(url.host);
  const rule = free ? undefined : ruleFor(policy, url);
  const own = free || url.hostname === pageHost || policy.own.some((domain) => hostMatches(url.hostname, domain));
  const category = rule ? rule[2] : own ? 'n' : 'u';
  const allow = rule ? isGranted(category, granted) && (category === 'n' || !off.includes(rule[4])) : policy.unknown === 'discover' || isGranted(category, granted);
  return { allow, category, rule };
}

/**
 * Whether `name` fits a pattern in which only `*` is special.
 *
 * @param {string} pattern
 * @param {string} name
 */
export function nameMatches(pattern, name) {
  if (!pattern.includes('*')) return pattern === name;
  const source = pattern.replace(/\W/g, (sign) => (sign === '*' ? '.*' : '\\' + sign));
  return new RegExp('^' + source + '$', 's').test(name);
}

/**
 * The inventory's item for a cookie or storage key of the site itself: an exact name first, else the longest pattern.
 *
 * @param {Known[]} items
 * @param {string} kind
 * @param {string} name
 */
export const itemFor = (items, kind, name) => items.find((item) => item[0] === kind && nameMatches(item[1], name));
