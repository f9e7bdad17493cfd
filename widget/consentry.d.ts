/** Types of the page API: `window.consentry` and the events on `document`. */

export type ConsentryCategory = 'necessary' | 'performance' | 'functionality' | 'advertising';

export interface ConsentryState {
  /** The visitor's secret id; null before a decision. */
  consentId: string | null;
  /** Whether a decision stands. */
  decided: boolean;
  categories: Record<ConsentryCategory, boolean>;
  /** Services that the visitor refused by name within granted categories. */
  refusedServices: string[];
  /** SHA-256 (hex) of all that was shown. */
  noticeVersion: string;
  /** RFC 3339; null before a decision. */
  validUntil: string | null;
  /** Whether the browser sends Global Privacy Control. */
  gpc: boolean;
}

export interface Consentry {
  readonly version: string;
  /** Whether a category is granted now. */
  has(category: ConsentryCategory): boolean;
  /**
   * Subscribe. `consent` is called on each decision and at once where one stands; `ready` when the widget has started.
   *
   * @returns a function that ends the subscription
   */
  on(event: 'ready' | 'consent', listener: (state: ConsentryState) => void): () => void;
  ready(): Promise<ConsentryState>;
  state(): ConsentryState;
  /** Open the settings. */
  show(): void;
  /** Accept everything, or only these categories and what is necessary. */
  accept(only?: readonly ConsentryCategory[]): void;
  reject(): void;
  withdraw(): void;
  /**
   * Say who is logged in, so that the log can later show that this visitor decided. Only a hash, salted with the consent id,
   * enters the records of later decisions; the id itself is neither sent nor stored. Needs a secure context (HTTPS).
   */
  identify(id: string): Promise<void>;
}

declare global {
  interface Window {
    readonly consentry: Consentry;
  }
  interface DocumentEventMap {
    'consentry:ready': CustomEvent<ConsentryState>;
    'consentry:consent': CustomEvent<ConsentryState>;
  }
}
