/** The progress of a run. Stages emit events; only the command line turns them into text. */
export type Event =
  /**
   * The run has waited for more than a second for another one that changes the same directories. `path`: a
   * byte path of a directory that both lock. `over`: the wait timed out, and the run continues.
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

/** How a caller follows a run and stops it. */
export interface Hooks {
  readonly onEvent?: Listener;
  /** Stops the run between two replacements; the report covers what was done until then. */
  readonly signal?: AbortSignalLike;
  /**
   * Called in a run that takes longer than it takes to start.
   * @internal
   */
  readonly onManyCalls?: () => void;
  /**
   * Called in a long run, before worker threads are started.
   * @internal
   */
  readonly onThreadsStarting?: () => void;
  /**
   * Called once all worker threads have started.
   * @internal
   */
  readonly onThreadsReady?: () => void;
}
