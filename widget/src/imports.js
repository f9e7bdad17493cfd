/**
 * Reads a decision that the visitor gave to another consent tool on this site, so that a change of tool does not ask again.
 * A file of its own, loaded only where the site has switched it on and such a cookie is there. Pure. What is not plainly
 * granted is refused: a category counts only where all that the other tool has of it was granted.
 */

/** @typedef {import('./types').Rule} Rule */
/** @typedef {'p' | 'f' | 'a'} Optional */

const WORDS = /** @type {[Optional, RegExp][]} */ ([
  ['p', /^(performance|statistics|analytics|measurement)$/i],
  ['f', /^(functional(ity)?|preferences)$/i],
  ['a', /^(advertising|marketing|targeting|ads)$/i],
]);

/** @param {string} name */
const plain = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * A choice for each service: a category is granted where every service that the inventory has of it is, by its name.
 *
 * @param {Record<string, boolean>} choices
 * @param {Rule[]} rules
 */
function byService(choices, rules) {
  const granted = Object.keys(choices).filter((name) => choices[name]).map(plain);
  return WORDS.map(([letter]) => letter).filter((letter) => {
    const services = rules.filter((rule) => rule[2] === letter || (rule[2] === 'u' && letter === 'a')).map((rule) => plain(rule[4]));
    return services.length > 0 && services.every((service) => service && granted.includes(service));
  });
}

/** @param {string[]} names of granted categories */
const byWord = (names) => WORDS.filter(([, words]) => names.some((name) => words.test(name))).map(([letter]) => letter);

/** What each tool's cookie says: the granted categories, null where it holds no decision. */
const READERS = /** @type {Record<string, (value: string, rules: Rule[], cookies: Map<string, string>) => Optional[] | null>} */ ({
  // Cookiebot: {stamp:'…',necessary:true,preferences:false,…,method:'explicit'}; an implied consent is none.
  CookieConsent: (value) =>
    /stamp:/.test(value) && /method:'explicit'/.test(value) ? byWord([...value.matchAll(/(\w+):true/g)].map((found) => found[1] || '')) : null,
  // vanilla-cookieconsent 3 and 2
  cc_cookie(value) {
    const { categories, level } = JSON.parse(value);
    const names = categories || level;
    return Array.isArray(names) ? byWord(names) : null;
  },
  klaro: (value, rules) => byService(JSON.parse(value), rules),
  // OneTrust: groups=C0001:1,C0002:0,…; the other cookie tells that the visitor has answered.
  OptanonConsent(value, _rules, cookies) {
    const groups = new URLSearchParams(value).get('groups');
    if (!groups || !cookies.has('OptanonAlertBoxClosed')) return null;
    const refused = /C0005:0/.test(groups) ? ['a'] : [];
    return /** @type {[string, Optional][]} */ ([['C0002', 'p'], ['C0003', 'f'], ['C0004', 'a']])
      .filter(([group, letter]) => groups.includes(group + ':1') && !refused.includes(letter))
      .map(([, letter]) => letter);
  },
  // tarteaucitron: !gtag=true!youtube=false!maps=wait; a service that waits was not decided on.
  tarteaucitron(value, rules) {
    const pairs = value.split('!').filter(Boolean).map((pair) => pair.split('='));
    if (!pairs.length || pairs.some((pair) => pair[1] === 'wait')) return null;
    return byService(Object.fromEntries(pairs.map(([name, answer]) => [name, answer === 'true'])), rules);
  },
});

/** @param {string} value */
function decoded(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/**
 * The first decision of another tool that can be read.
 *
 * @param {string} cookie as `document.cookie`
 * @param {Rule[]} rules
 * @returns {string | null} letters of the granted categories
 */
export default function importDecision(cookie, rules) {
  const cookies = new Map(cookie.split('; ').map((pair) => [pair.split('=')[0] || '', decoded(pair.slice(pair.indexOf('=') + 1))]));
  for (const [name, read] of Object.entries(READERS)) {
    const value = cookies.get(name);
    if (!value) continue;
    try {
      const found = read(value, rules, cookies);
      if (found) return ['n', ...found].join('');
    } catch {
      // not what that tool writes
    }
  }
  return null;
}
