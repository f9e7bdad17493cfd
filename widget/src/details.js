/** What only one of the further parts needs of the configuration: `render.py` writes it in the place of `__DETAILS__`. */

// @ts-expect-error replaced when the script is rendered
export const details = /** @type {import('./types').Details} */ (typeof __DETAILS__ === 'undefined' ? {} : __DETAILS__);
