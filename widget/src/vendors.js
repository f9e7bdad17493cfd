/** What vendors besides Google are told, each in its own words, as its developer documentation has them. Pure. */
/** A queue or function of the page, and what it is given. @typedef {[string, ...unknown[]]} Call */

/** @param {string} granted @param {string} letter */
const answer = (granted, letter) => (granted.includes(letter) ? 'granted' : 'denied');

/** The calls for one consent; `first` is before any tag. @type {Record<string, (granted: string, first: boolean) => Call[]>} */
export const CALLS = {
  uet: (granted, first) => [['uetq', 'consent', first ? 'default' : 'update', { ad_storage: answer(granted, 'a') }]],
  clarity: (granted) => [['clarity', 'consentv2', { ad_Storage: answer(granted, 'a'), analytics_Storage: answer(granted, 'p') }]],
  meta: (granted) => [['fbq', 'consent', granted.includes('a') ? 'grant' : 'revoke']],
  tiktok: (granted, first) => [['ttq', [granted.includes('a') ? 'grantConsent' : first ? 'holdConsent' : 'revokeConsent']]],
  hubspot: (granted, first) => [
    ['_hsq', granted.includes('p') ? ['doNotTrack', { track: true }] : ['doNotTrack']],
    ...(first || /p|a/.test(granted) ? [] : [/** @type {Call} */ (['_hsp', ['revokeCookieConsent']])]),
  ],
  matomo: (granted, first) => [['_paq', [first ? 'requireConsent' : granted.includes('p') ? 'setConsentGiven' : 'forgetConsentGiven']]],
  wordpress: (granted) =>
    Object.entries({ functional: 'n', preferences: 'f', statistics: 'p', 'statistics-anonymous': 'p', marketing: 'a' }).map(([name, letter]) => [
      'wp_set_consent',
      name,
      granted.includes(letter) ? 'allow' : 'deny',
    ]),
};
