/** The icons: 16 by 16, one stroke, drawn in the text's colour. */
const PATHS = {
  play: 'M5 3.5v9l7-4.5z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  step: 'M4 3.5v9l5.5-4.5zM12 3.5v9',
  stop: 'M4.5 4.5h7v7h-7z',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  fit: 'M2.500 4v8M13.500 4v8M4.500 8h7M6.500 6l-2 2 2 2M9.500 6l2 2-2 2',
  window: 'M2.500 4.500h6v4h-6zM7.500 8.500h6v4h-6zM2.500 12.500h3M10.500 4.500h3',
  join: 'M3 4h4l3 4-3 4H3M13 8h-3',
  chevron: 'M6 4l4 4-4 4',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.6v1.2M8 13.2v1.2M1.6 8h1.2M13.2 8h1.2M3.5 3.5l.8.8M11.7 11.7l.8.8M3.5 12.5l.8-.8M11.7 4.3l.8-.8',
  moon: 'M12.8 9.6A5.3 5.3 0 0 1 6.4 3.2a5.3 5.3 0 1 0 6.4 6.4z',
  system: 'M2.5 3.5h11v7.5h-11zM6 13.5h4M8 11v2.5',
  help: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M6.3 6.4a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.9.6-.9 1.2M8 11.2v.1',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9M10.3 10.3L13.5 13.5',
  stream: 'M2 5c2-1.6 4-1.6 6 0s4 1.6 6 0M2 8.2c2-1.6 4-1.6 6 0s4 1.6 6 0M2 11.4c2-1.6 4-1.6 6 0s4 1.6 6 0',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.7h11M6.5 6.7v5.8',
  topic: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11M5.5 3.2v2.6M9 6.7v2.6M7 10.2v2.6',
  query: 'M2.5 3h11l-4.2 5v4.6l-2.6-1.4V8z',
  function: 'M10.5 3.2c-1.8-.6-2.6.2-2.9 1.9L6.4 12c-.3 1.4-1 1.9-2.2 1.4M5 7h5',
  graph: 'M6 2.5h4v3H6zM2.5 10.5h4v3h-4zM9.5 10.5h4v3h-4zM8 5.5v2.5M4.5 10.5V8h7v2.5',
  file: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3',
  upload: 'M8 10.5v-7M5 6l3-3 3 3M3 10.5v2.5h10v-2.5',
  book: 'M8 4c-1.5-1-3.300-1.200-5.500-1v9c2.200-.2 4 0 5.500 1 1.500-1 3.300-1.200 5.500-1V3c-2.200-.2-4 0-5.500 1zM8 4v9',
  sidebar: 'M2.500 3.500h11v9h-11zM6 3.500v9',
  alert: 'M8 2.500l6 11H2zM8 6.500v3.200M8 11.500v.1',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 7.300v3.700M8 5v.1',
  check: 'M3.500 8.500l3 3 6-7',
  more: 'M3.500 8h.1M8 8h.1M12.500 8h.1',
  end: 'M3.500 4l4 4-4 4M12 3.500v9',
  trash: 'M3 4.500h10M6.500 4.500v-2h3v2M4.500 4.500l.6 9h5.800l.6-9',
  copy: 'M5.500 5.500h8v8h-8zM3 10.500H2.500v-8h8V3',
  insert: 'M8 3v7M5 7.500l3 3 3-3M3 13h10',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2 : 1.3}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
