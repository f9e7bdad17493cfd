/**
 * What modules that only some sites need put in here; without them there is one language, no other tool's decision, HTML
 * text stays as it is, and nothing guards what the shield guards.
 */

/** @type {{ speak: () => Promise<void> | undefined, imported: () => Promise<string | null> | undefined, disarmed: (value: any) => any, guards: (() => void)[] }} */
export const optional = { speak: () => undefined, imported: () => undefined, disarmed: (value) => value, guards: [] };
