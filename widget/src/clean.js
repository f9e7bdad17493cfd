/**
 * Removes what a category left behind when its consent is refused or withdrawn: cookies over every parent domain and
 * path, storage keys; further kinds of storage are for clean-databases.js. What a page script cannot remove is returned by name, for the record.
 */
import { config } from './config.js';
import { hostMatches, isGranted, itemFor } from './decide.js';
import { isOfRefused } from './services.js';
import { state } from './state.js';

/**
 * The domains under which a cookie of this host may be stored: none (host-only), the host, each parent down to the
 * registrable domain. The server names the registrable domain, so no public suffix is ever tried.
 *
 * @param {string} host
 * @param {string[]} own registrable domains of the site
 * @returns {string[]}
 */
export function cookieDomains(host, own) {
  const registrable = own.find((domain) => hostMatches(host, domain));
  const domains = [''];
  if (!registrable) return domains;
  for (let domain = host; domain.length >= registrable.length; domain = domain.slice(domain.indexOf('.') + 1)) domains.push(domain);
  return domains;
}

/**
 * The paths under which a cookie that this page sees may be stored: every prefix, with and without a final slash.
 *
 * @param {string} path
 * @returns {string[]}
 */
export function cookiePaths(path) {
  const paths = ['/'];
  let prefix = '';
  for (const part of path.split('/').filter(Boolean)) {
    prefix += '/' + part;
    paths.push(prefix, prefix + '/');
  }
  return paths;
}

const cookieNames = () => document.cookie.split('; ').map((pair) => pair.split('=')[0] || '').filter(Boolean);

/** What removes other kinds, and adds to the list what it could not. @type {((left: string[]) => Promise<void>)[]} */
export const cleaners = [];

/** @param {string} kind @param {string} name */
export function mustGo(kind, name) {
  const item = itemFor(config.items, kind, name);
  return !!item && (!isGranted(item[2], state.granted) || isOfRefused(kind, item[1]));
}

function cleanCookies() {
  for (const name of cookieNames()) {
    if (!mustGo('c', name)) continue;
    for (const path of cookiePaths(location.pathname)) {
      for (const domain of cookieDomains(location.hostname, config.own)) {
        const expired = `${name}=; Max-Age=0; Path=${path}` + (domain && `; Domain=${domain}`);
        document.cookie = expired;
        document.cookie = expired + '; Secure; SameSite=None; Partitioned';
      }
    }
  }
  return cookieNames().filter((name) => mustGo('c', name));
}

/** @param {string} kind @param {() => Storage} open */
function cleanStorage(kind, open) {
  const storage = open();
  for (const key of Object.keys(storage)) if (mustGo(kind, key)) storage.removeItem(key);
}

/**
 * Remove everything that is not granted now.
 *
 * @returns {Promise<string[]>} what is left, as "cookie:name"; at most what a record takes (50 names of 200 characters)
 */
export async function clean() {
  const left = cleanCookies().map((name) => 'cookie:' + name);
  for (const [, name, category, hidden] of config.items) {
    if (hidden && !isGranted(category, state.granted)) left.push('cookie:' + name);
  }
  for (const [kind, open] of /** @type {[string, () => Storage][]} */ ([
    ['l', () => localStorage],
    ['s', () => sessionStorage],
  ])) {
    try {
      cleanStorage(kind, open);
    } catch {
      // storage is refused: then there is nothing of ours to remove
    }
  }
  for (const cleaner of cleaners) await cleaner(left);
  return [...new Set(left)].slice(0, 50).map((name) => name.slice(0, 200));
}
