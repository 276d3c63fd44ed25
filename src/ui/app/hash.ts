/** What the part of the address behind `#` asks for: `#lesson/flights` shows the lesson. */
import { useEffect } from 'react';
import { FLIGHTS } from '../../lessons/flights.ts';
import { setPreferences } from './preferences.ts';

function follow(): void {
  if (location.hash === `#lesson/${FLIGHTS.id}`) setPreferences({ leftTab: 'lesson', catalogOpen: true });
}

export function useHash(): void {
  useEffect(() => {
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
}
