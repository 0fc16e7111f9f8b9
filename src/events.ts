/** What a run tells while it works. Work emits events; only the command line's printers turn them into text. */
export type Event =
  | { readonly type: "walk"; readonly folders: number; readonly files: number }
  | { readonly type: "match"; readonly done: number; readonly total: number }
  | { readonly type: "replace"; readonly done: number; readonly total: number };

export type Listener = (event: Event) => void;
