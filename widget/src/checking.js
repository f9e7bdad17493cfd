/**
 * Lets a share of visits tell what they meet (check.js). Part of the script only where the site's setting is on. A visit is
 * told from its first page by the referrer, as nothing may be stored to recognise it.
 */
import { further } from './chunk.js';
import { state } from './state.js';

/** What started late shall be seen too. */
const SETTLING = 3000;
const [file, share] = /** @type {[string, number]} */ (
  // @ts-expect-error replaced when the script is rendered; modules under test do without
  typeof __CHECK__ === 'undefined' ? ['', 0] : __CHECK__
);

if (Math.random() < share && !document.referrer.startsWith(location.origin + '/')) {
  const check = /** @type {() => Promise<import('./check').Check>} */ (further(file));
  window.addEventListener('load', () =>
    setTimeout(() => {
      if (!state.decision) void check().then((part) => part.report(), () => {});
    }, SETTLING),
  );
}
