/**
 * Shows what the site announces to visitors who decided before and come back: not to those who are asked now, not once it was
 * closed, not after its last day, which a page from a cache may outlive. Part of the script only while something is announced.
 */
import { further } from './chunk.js';
import { config } from './config.js';
import { state } from './state.js';
import { language } from './texts.js';

const [announced, since, lastly, files] = /** @type {[string, number, number, Record<string, string>]} */ (
  // @ts-expect-error replaced when the script is rendered
  __ANNOUNCED__
);

document.addEventListener('consentry:ready', () => {
  const decision = state.decision;
  if (!decision || decision.t >= since || Date.now() / 1000 >= lastly || document.cookie.includes('consentry_read=' + announced)) return;
  const text = /** @type {() => Promise<import('./announce').Announce>} */ (further(files[language()] || files[config.language] || ''));
  void text().then((part) => part.announce(announced, since, lastly), () => {});
});
