/**
 * What a visitor looks up in the settings: what the scan found, what they decided so far, the receipt. Loaded by the settings
 * (settings.js, history.js) once one of them is unfolded or asked for.
 */
import { openLayer } from './banner.js';
import { details } from './details.js';
import { addStyles, dress } from './dom.js';
import { table } from './found.js';
import { download, list } from './receipt.js';
import { addTexts } from './texts.js';

/** @typedef {typeof lookupPart} Lookup */

addStyles(details.css);
addTexts(details.texts);
const layer = openLayer();
if (layer) dress(layer); // with these styles too

export const lookupPart = { table, list, download };
