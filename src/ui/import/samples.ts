/** The data sets that come with the page. */
import { setView } from '../app/view.ts';

export interface Sample {
  readonly file: string;
  readonly note: string;
}

export const SAMPLES: readonly Sample[] = [
  { file: 'flights-20k.json', note: '20,000 flights · 1.8 MB' },
  { file: 'airports.csv', note: '3,376 airports · 210 kB' },
  { file: 'flights-200k.json', note: '200,000 flights · 9.9 MB' },
];

export async function importSample(file: string): Promise<void> {
  const response = await fetch(`./data/${file}`);
  if (!response.ok)
    throw new Error(`The sample ${file} could not be fetched: ${response.status} ${response.statusText}`);
  setView({ importing: { file: await response.blob(), fileName: file } });
}
