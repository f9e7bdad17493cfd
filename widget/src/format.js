/** Durations as the visitor's language writes them. */

const UNITS = /** @type {[string, number][]} */ ([
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]);

/**
 * A lifetime in the largest unit that it fills, rounded: "13 months" is exact enough to judge, seconds are not readable.
 *
 * @param {number} seconds
 * @param {string} tag
 */
export function duration(seconds, tag) {
  const [unit, size] = UNITS.find(([, length]) => seconds >= length * (length > 86_400 ? 1.98 : 0.99)) || ['second', 1];
  return new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.max(1, Math.round(seconds / size)));
}
