/**
 * The configuration, and what the further parts are handed. `render.py` writes each value into a constant of its own, so
 * that no name travels: `config.site` becomes `config_site`, and `config` itself keeps what a `Policy` needs.
 */

/** @typedef {import('./types').Config} Config */

// @ts-expect-error replaced when the script is rendered; modules under test do without
export const config = /** @type {Config} */ (typeof __CONFIG__ === 'undefined' ? {} : __CONFIG__);
/** All that modules of the further parts import from the first: `render.py` lists it in the place of `__SHARED__`. */
// @ts-expect-error replaced when the script is rendered
export const shared = () => /** @type {object} */ (__SHARED__);
