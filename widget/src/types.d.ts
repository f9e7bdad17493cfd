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

/** kind (c cookie, l local, s session storage, i IndexedDB, h Cache Storage, w service worker), name, category, 1 where it is HttpOnly: an item of the site itself, for holding back and removing */
export type Known = [string, string, Letter, 0 | 1];

/** kind, name, category, vendor, purpose, lifetime (seconds; null for the session or where storage has none of its own): one cookie or storage key as the settings show it */
export type Item = [string, string, Letter, string, string, number | null];

/** Something that an earlier notice did not have: category, vendor, and a service or purpose. */
export type Change = [Letter, string, string];

/** What the further parts are told: each what it needs of this. */
export interface Details {
  controller: string;
  items: Item[];
  /** how many of them stand in each category, by its letter; none where there are none */
  counts: Record<string, number>;
  /** services by the letter of their category, where it has several */
  services: Record<string, string[]>;
  /** kind, name, service: what is removed with a service that is refused by name */
  stored: [string, string, string][];
  /** what is new since earlier notices, by the digits that the cookie has of them */
  changes: Record<string, Change[]>;
  /** texts of the main language that the first part has no need of */
  texts: Record<string, string>;
  css: string;
  /** the file that has what visitors look up */
  lookup: string;
  /** cookies and storage keys that the inventory has, necessary ones too */
  known: Known[];
  /** what is announced to visitors who come back, in one language */
  announcement: Announcement;
}

export interface Announcement {
  language: string;
  dir: string;
  title: string;
  /** paragraphs, and the entries of lists */
  blocks: (string | string[])[];
  link: string;
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
  items: Known[];
  /** vendors that are told about consent in their own words */
  signals: string[];
  /** what Google's `consent default` has besides the seven types: `wait_for_update`, and `region` where the site sets one */
  google: Record<string, unknown>;
  /** the site's main language */
  language: string;
  /** its texts for the first layer */
  texts: Record<string, string>;
  /** the file of each other language, by its tag */
  languages: Record<string, string>;
  /** the file that reads other tools' decisions, empty where the site does not want it */
  imports: string;
  /** the second part's file */
  more: string;
  /** the file that looks after what waits */
  held: string;
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
  /** services refused by name within granted categories; absent where there are none */
  x?: string[];
}

export interface Verdict {
  allow: boolean;
  category: Letter;
  rule: Rule | undefined;
}

/** Does what a button says by its `data-consentry-action`; nothing where it says nothing. */
export type Act = (action: string, surface: string, granted?: Granted, off?: string[]) => void;

declare global {
  interface Window {
    consentry?: unknown;
    dataLayer?: unknown[];
    trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): unknown; createHTML(html: string): unknown } };
  }
  interface DocumentEventMap {
    'consentry:ready': CustomEvent<{ categories: Record<string, boolean> }>;
  }
  interface Navigator {
    globalPrivacyControl?: boolean;
  }
}
