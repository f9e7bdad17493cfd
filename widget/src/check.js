/**
 * The self-check: tells the server what this page met before a decision and the inventory does not know, so that an operator
 * hears of a new tag before the next scan. Names only: host and path without a query, names of cookies and keys; what looks
 * like an identifier in them becomes `*`. Nothing is told of the visitor, and nothing is stored.
 */
import { config } from './config.js';
import { itemFor } from './decide.js';
import { details } from './details.js';
import { ATTRIBUTES, PREFIX, attr, judge, waiting } from './gate.js';

/** @typedef {typeof checkPart} Check */

/** As many names, and as long, as the server takes. */
const MOST = 50;
const LENGTH = 200;
const OURS = /^consentry/;

/** @param {string} name */
export const shortened = (name) => name.replace(/[\da-f-]{16,}|\d{4,}/gi, '*');

/** Addresses that the browser requested, or that the shield refused it. @returns {string[]} */
function requested() {
  const refused = /** @type {any} */ (window).ReportingObserver ? new ReportingObserver(() => {}, { types: ['csp-violation'], buffered: true }) : null;
  refused?.observe();
  const blocked = refused?.takeRecords().map(({ body }) => /** @type {any} */ (body).blockedURL) || [];
  refused?.disconnect();
  return [...performance.getEntriesByType('resource').map(({ name }) => name), ...blocked];
}

/** Addresses that wait in elements. @returns {string[]} */
const waitingAddresses = () => [...waiting].flatMap((element) => ATTRIBUTES.map((attribute) => attr(element, PREFIX + attribute) || ''));

/** @param {string} address @returns {string} host and path, empty where the inventory or the site's own domain has it */
function unknownResource(address) {
  const verdict = address ? judge(address) : null;
  if (verdict?.category !== 'u' || verdict.rule) return '';
  const { host, pathname } = new URL(address, document.baseURI);
  return host + shortened(pathname);
}

/** @param {'c' | 'l' | 's'} kind @param {() => string[]} names */
function unknownNames(kind, names) {
  try {
    return names().filter((name) => name && !OURS.test(name) && !itemFor(details.known, kind, name)).map(shortened);
  } catch {
    return []; // storage is refused in this frame
  }
}

/** Tell the server once; nothing where all is known. */
async function report() {
  const found = /** @type {[string, string[]][]} */ ([
    ['resource', [...requested(), ...waitingAddresses()].map(unknownResource)],
    ['cookie', unknownNames('c', () => document.cookie.split('; ').map((pair) => pair.split('=')[0] || ''))],
    ['local_storage', unknownNames('l', () => Object.keys(localStorage))],
    ['session_storage', unknownNames('s', () => Object.keys(sessionStorage))],
  ]);
  const seen = found.flatMap(([kind, names]) =>
    [...new Set(names.map((name) => name.slice(0, LENGTH)))].filter((name) => /^[!-~]+$/.test(name)).map((name) => ({ kind, name })),
  );
  if (!seen[0]) return;
  await fetch(config.server + '/v1/self-check', {
    method: 'POST',
    body: JSON.stringify({ site: config.site, seen: seen.slice(0, MOST) }),
    headers: { 'Content-Type': 'text/plain' }, // no preflight
    credentials: 'omit',
    keepalive: true,
  });
}

export const checkPart = { report };
