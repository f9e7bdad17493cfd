/**
 * The browser's own wall. The parser starts the request of a written `<iframe>`, `<link>` or `<img>` before any script
 * can look at it, so the widget adds a Content-Security-Policy that names only what is allowed now. It cannot be
 * widened again: consent then takes effect by a reload (setting `release = "reload"`).
 */
import { config } from './config.js';
import { isGranted } from './decide.js';
import { state } from './state.js';

/** Whether a host is an IP address: no domain ends in a number (URL Standard, "ends in a number"). @param {string} host */
const isAddress = (host) => host.includes(':') || Number(host.split('.').pop()) >= 0;

/**
 * The policy for one consent: the site's own hosts, the consent server, and the hosts of granted rules. Inline code,
 * eval and local schemes stay as the page's own policy says.
 *
 * @param {import('./types').Config} settings
 * @param {string} granted
 * @param {string[]} off refused services
 * @param {string[]} more further hosts ("load once")
 */
export function policyText(settings, granted, off, more) {
  const hosts = new Set(settings.always);
  for (const own of settings.own) {
    for (const host of isAddress(own) ? [own] : [own, '*.' + own]) hosts.add(host + ':*').add(`wss://${host}:*`);
  }
  for (const rule of settings.rules) {
    if (!isGranted(rule[2], granted) || (rule[2] !== 'n' && off.includes(rule[4]))) continue;
    hosts.add(rule[0]);
    if (!rule[3]) hosts.add('*.' + rule[0]);
  }
  for (const host of more) hosts.add(host);
  return `default-src 'self' 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' data: blob: filesystem: mediastream: ${[...hosts].join(' ')}`;
}

export function raiseShield() {
  // Firefox starts a written script before any observer is told of it, so there only the shield can keep it from running.
  const needed = config.release === 'reload' || 'mozInnerScreenX' in window;
  if (!needed || config.unknown !== 'strict') return;
  state.shielded = true;
  const meta = document.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = policyText(config, state.granted, state.off, state.once);
  document.head.append(meta);
}
