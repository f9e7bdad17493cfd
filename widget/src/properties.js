/**
 * Asks before a page script sets a property that makes an element load. Part of the script where the shield (shield.js) does
 * not refuse all that such elements could request by itself; there, what is inserted is still looked at (patch.js, gate.js).
 */
import { ATTRIBUTES } from './gate.js';
import { optional } from './optional.js';
import { guardProperty } from './patch.js';

/** Classes with a property that loads, but that of links; that of VIDEO and AUDIO is HTMLMediaElement's. */
const CLASSES = ['Script', 'IFrame', 'Frame', 'Image', 'Embed', 'Object', 'Source', 'Video', 'Media', 'Track', 'Input'];

optional.guards.push(() => {
  for (const name of CLASSES) for (const property of ATTRIBUTES) guardProperty(/** @type {any} */ (window)[`HTML${name}Element`], property);
});
