/**
 * What modules that only some sites need put in here; without them there is one language, no other tool's decision, and nothing
 * guards what the shield guards. `policy` is for trusted.js alone.
 */

/** @typedef {ReturnType<NonNullable<Window['trustedTypes']>['createPolicy']>} TypesPolicy */

/** @type {{ guards: (() => void)[], speak?: () => Promise<void> | undefined, imported?: () => Promise<string | null> | undefined, policy?: TypesPolicy | null }} */
export const optional = { guards: [] };
