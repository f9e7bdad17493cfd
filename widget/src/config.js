/** The configuration that `render.py` puts in the place of `__CONFIG__`. */

/** @typedef {import('./types').Config} Config */

// @ts-expect-error replaced when the script is rendered; modules under test bring their own
export const config = /** @type {Config} */ (typeof __CONFIG__ === 'undefined' ? {} : __CONFIG__);
