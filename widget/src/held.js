/**
 * The part for pages where something waits: lets go what is granted, and says what stands in the place of a frame. It is
 * loaded (chunk.js) when one of both is due, and handed what it shares with the first part.
 */
import { details } from './details.js';
import { addStyles } from './dom.js';
import { placeFrames } from './placeholder.js';
import { release } from './release.js';
import { addTexts } from './texts.js';

/** @typedef {typeof heldPart} Held */

addStyles(details.css);
addTexts(details.texts);

function tendWaiting() {
  void release();
  if (document.readyState !== 'loading') placeFrames();
}

export const heldPart = { tend: tendWaiting };
