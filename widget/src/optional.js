/** What modules that only some sites need put in here; without them there is one language, and no other tool's decision. */

/** @type {{ speak: () => Promise<void> | undefined, imported: () => Promise<string | null> | undefined }} */
export const optional = { speak: () => undefined, imported: () => undefined };
