/**
 * What the modules of the widget share. `config.py` writes a `Config`; both sides are compared by a test.
 * Categories are letters inside the widget (n necessary, p performance, f functionality, a advertising, u unclassified)
 * and words at its edges: in the page API, in events and in the record.
 */
export type Letter = 'n' | 'p' | 'f' | 'a' | 'u';
export type CategoryName = 'necessary' | 'performance' | 'functionality' | 'advertising';
/** The granted letters in the order of the categories: "n" is a refusal, "npfa" consent to everything. */
export type Granted = string;

/** host, path prefix, category, 1 where subdomains are kept out, service */
export type Rule = [string, string, Letter, 0 | 1, string];

/** kind (c cookie, l local, s session storage, i IndexedDB, h Cache Storage, w service worker), name, category, party, … */
export interface Item {
  kind: 'c' | 'l' | 's' | 'i' | 'h' | 'w';
  name: string;
  category: Letter;
  /** 1 where the item belongs to the site itself and page scripts can reach it */
  own: 0 | 1;
  http_only: 0 | 1;
  vendor: string;
  purpose: string;
  /** seconds; null for the session or where storage has no lifetime of its own */
  lifetime: number | null;
}

export interface Policy {
  /** registrable domains of the site */
  own: string[];
  /** hosts that no consent touches: the consent server */
  always: string[];
  unknown: 'strict' | 'discover';
  rules: Rule[];
}

export interface Config extends Policy {
  site: string;
  /** origin (and path) of the consent server, without a final slash */
  server: string;
  notice: string;
  widget: string;
  days: number;
  release: 'reload' | 'in_place';
  reload_on_withdraw: boolean;
  position: 'bottom' | 'center';
  policy_url: string;
  imprint_url: string;
  controller: string;
  items: Item[];
  /** by language tag, the first is the site's main language */
  texts: Record<string, Record<string, string>>;
  css: string;
}

/** The cookie's own object. */
export interface Decision {
  v: number;
  /** consent id */
  id: string;
  /** the first digits of the notice version */
  n: string;
  /** Unix seconds */
  t: number;
  c: Granted;
  /** record id, empty until the server has answered */
  r: string;
}

export interface Verdict {
  allow: boolean;
  category: Letter;
  rule: Rule | null;
}

/** What the buttons do, by their `data-consentry-action`. */
export type Handlers = Record<string, (surface: string, granted?: Granted) => void>;

declare global {
  interface Window {
    consentry?: unknown;
    dataLayer?: unknown[];
    trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): unknown; createHTML(html: string): unknown } };
  }
  interface Navigator {
    globalPrivacyControl?: boolean;
  }
}
