/** Texts with values in them. */
import { t } from './texts.js';

/**
 * A text with its {placeholders} filled in.
 *
 * @param {string} key
 * @param {Record<string, string>} values
 */
export const fill = (key, values) => t(key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
