/** What a page is told of something that was held: it failed, as it would have on the network. */

/**
 * @param {EventTarget} target
 * @param {string[]} types fired in this order, soon
 * @param {new (type: string) => Event} [Kind]
 */
export function fail(target, types, Kind = Event) {
  setTimeout(() => types.forEach((type) => target.dispatchEvent(new Kind(type))));
}

/**
 * Something that never came about, and says so: a closed connection, a database that cannot be opened.
 *
 * @param {object} properties
 * @param {string[]} types the events that tell it
 */
export function dead(properties, types) {
  const object = Object.assign(/** @type {any} */ (new EventTarget()), properties);
  for (const type of types) object.addEventListener(type, (/** @type {Event} */ event) => object['on' + type]?.(event));
  fail(object, types);
  return object;
}
