/** What a run tells while it works. Work emits events; only the command line's printers turn them into text. */
export type Event =
  /**
   * Another run has worked for more than a second on what this one is to change. `path`: the directory where
   * they meet, as bytes. `over`: it takes so long that this one goes on beside it.
   */
  | { readonly type: "wait"; readonly path: string; readonly over: boolean }
  | { readonly type: "walk"; readonly dirs: number; readonly files: number }
  | { readonly type: "match"; readonly done: number; readonly total: number }
  | { readonly type: "replace"; readonly done: number; readonly total: number };

export type Listener = (event: Event) => void;

/** What a run needs of an `AbortSignal`, so that the published types compile without those of Node or the DOM. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
