/** Days as the visitor's language writes them. */
import { language } from './texts.js';

/** @param {number} time milliseconds */
export const date = (time) => new Intl.DateTimeFormat(language(), { dateStyle: 'long' }).format(time);
