/** The configuration that `render.py` puts in the place of `__CONFIG__`, and what the second part is handed. */

/** @typedef {import('./types').Config} Config */

// @ts-expect-error replaced when the script is rendered; modules under test do without
export const config = /** @type {Config} */ (typeof __CONFIG__ === 'undefined' ? {} : __CONFIG__);
/** All that modules of the second part import from the first: `render.py` lists it in the place of `__SHARED__`. */
// @ts-expect-error replaced when the script is rendered
export const shared = () => /** @type {object} */ (__SHARED__);
