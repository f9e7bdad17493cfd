/** Looks for a standing decision of another consent tool. Part of the script only where the site takes such decisions over. */
import { part } from './chunk.js';
import { config } from './config.js';
import { optional } from './optional.js';

optional.imported = () =>
  /CookieConsent|cc_cookie|klaro|OptanonConsent|tarteaucitron/.test(document.cookie)
    ? part(config.imports).then((read) => read(document.cookie, config.rules), () => null)
    : undefined;
