/** A script that runs as it stands: its streams, its data by INSERT, its query. Opened by `#example/` and its id. */
export interface Example {
  readonly id: string;
  readonly title: string;
  /** What there is to see. */
  readonly summary: string;
  /** The panel of the picture that shows what happens. */
  readonly panel?: string;
  readonly sql: string;
}
