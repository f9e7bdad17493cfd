/** Our Trusted Types policy, for the parts that give back what the page itself had given. */
import { optional } from './optional.js';

/**
 * The policy, made once for all parts: a second of its name is refused. It returns only what the page itself had given. Null
 * where the page's CSP refuses it.
 */
export function trusted() {
  if (optional.policy === undefined) {
    optional.policy = null;
    try {
      const same = (/** @type {string} */ text) => text;
      optional.policy = window.trustedTypes?.createPolicy('consentry', { createScriptURL: same, createHTML: same });
    } catch {
      // refused: asking again would only report it again
    }
  }
  return optional.policy;
}
