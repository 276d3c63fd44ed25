/**
 * All functions: a search, the list of what it finds, and below it the one that is looked at. A person's own functions
 * are written and changed in a form in its place.
 */
import { FunctionBrowser } from './FunctionBrowser.tsx';
import { FunctionForm } from './FunctionForm.tsx';
import { useFunctions } from './state.ts';
import './functions.css';

export function FunctionsPanel() {
  const draft = useFunctions((s) => s.draft);
  return draft === undefined ? <FunctionBrowser /> : <FunctionForm draft={draft} />;
}
