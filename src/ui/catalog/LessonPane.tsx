import { useEffect, useMemo, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { isDone, type Lesson, type LessonStep } from '../../lessons/lesson.ts';
import { LESSONS } from '../../lessons/lessons.ts';
import { useClient, useEngine, useEngineAtPace } from '../app/engine.tsx';
import { setPreferences, usePreferences } from '../app/preferences.ts';
import { insertAndRun } from '../app/run.ts';
import { Button, Select } from '../components/controls.tsx';
import { Icon } from '../components/Icon.tsx';
import { editor } from '../editor/handle.ts';
import { importSample } from '../import/samples.ts';
import { useResults } from '../results/results.ts';

const CHOICES = LESSONS.map(({ id, title }) => ({ id, label: title }));
const CHECK_PACE_MS = 300;

/** Which steps are done: seen in the engine's state now, or remembered from before. */
function useDone(lesson: Lesson): ReadonlySet<string> {
  const workspace = useEngine((s) => s.workspace);
  const sources = useEngine((s) => s.sources);
  const topics = useEngineAtPace((s) => s.topics, CHECK_PACE_MS);
  const queries = useEngineAtPace((s) => s.queries, CHECK_PACE_MS);
  const log = useResults((s) => s.log);
  const kept = usePreferences((p) => p.done[workspace]);
  const done = useMemo(() => {
    const ran = log.filter((entry) => entry.outcome.kind !== 'error').map((entry) => entry.statement);
    const state = { sources, topics, queries, ran };
    const ids = new Set(kept ?? []);
    for (const step of lesson.steps) if (isDone(step, state)) ids.add(`${lesson.id}/${step.id}`);
    return ids;
  }, [lesson, sources, topics, queries, log, kept]);
  useEffect(() => {
    if (done.size > (kept?.length ?? 0)) setPreferences((p) => ({ done: { ...p.done, [workspace]: [...done] } }));
  }, [done, kept, workspace]);
  return done;
}

export function LessonPane() {
  const chosen = usePreferences((p) => p.lesson);
  const lesson = LESSONS.find(({ id }) => id === chosen) ?? LESSONS[0];
  return <LessonSteps key={lesson.id} lesson={lesson} />;
}

function LessonSteps({ lesson }: { readonly lesson: Lesson }) {
  const done = useDone(lesson);
  const next = lesson.steps.find((step) => !done.has(`${lesson.id}/${step.id}`));
  const [chosen, setChosen] = useState<string | undefined>();
  const open = chosen ?? next?.id ?? '';
  const count = lesson.steps.filter((step) => done.has(`${lesson.id}/${step.id}`)).length;
  // A step that has just been done hands over to the next one.
  const [lastCount, setLastCount] = useState(count);
  if (count !== lastCount) {
    setLastCount(count);
    setChosen(undefined);
  }
  return (
    <div className="lesson" tabIndex={0} role="region" aria-label={lesson.title}>
      <div className="lesson-choice">
        <Select label="Lesson" value={lesson.id} choices={CHOICES} onChange={(id) => setPreferences({ lesson: id })} />
      </div>
      <h2>{lesson.title}</h2>
      <p className="lesson-summary">{lesson.summary}</p>
      <div
        className="lesson-progress"
        role="progressbar"
        aria-label="Steps done"
        aria-valuemin={0}
        aria-valuemax={lesson.steps.length}
        aria-valuenow={count}
      >
        {lesson.steps.map((step) => (
          <span key={step.id} className={done.has(`${lesson.id}/${step.id}`) ? 'done' : ''} />
        ))}
      </div>
      <ol>
        {lesson.steps.map((step, index) => {
          const isStepDone = done.has(`${lesson.id}/${step.id}`);
          const isOpen = step.id === open;
          return (
            <li key={step.id} className={`step ${isStepDone ? 'done' : ''} ${isOpen ? 'open' : ''}`}>
              <AriaButton className="step-head" aria-expanded={isOpen} onPress={() => setChosen(isOpen ? '' : step.id)}>
                <span className="step-number">{isStepDone ? <Icon name="check" size={12} /> : index + 1}</span>
                <span className="truncate">{step.title}</span>
                {isStepDone && <span className="visually-hidden">, done</span>}
              </AriaButton>
              {isOpen && <StepBody step={step} />}
            </li>
          );
        })}
      </ol>
      {next === undefined && <p className="lesson-summary">{lesson.end}</p>}
    </div>
  );
}

function StepBody({ step }: { readonly step: LessonStep }) {
  const client = useClient();
  const { sql, sample } = step;
  const show = (): void => {
    if (step.panel !== undefined) setPreferences({ rightTab: step.panel });
  };
  return (
    <div className="step-body">
      {step.text.map((paragraph) => (
        <p key={paragraph}>
          {paragraph.split('`').map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}
        </p>
      ))}
      {sql !== undefined && (
        <>
          <pre tabIndex={0}>{sql}</pre>
          <div className="step-actions">
            <Button
              small
              kind="primary"
              icon="play"
              onPress={() => {
                show();
                insertAndRun(client, sql);
              }}
            >
              Insert and run
            </Button>
            <Button small kind="quiet" onPress={() => editor.append(sql)}>
              Insert
            </Button>
          </div>
        </>
      )}
      {sample !== undefined && (
        <div className="step-actions">
          <Button
            small
            kind="primary"
            icon="upload"
            onPress={() => {
              show();
              importSample(sample).catch(client.report);
            }}
          >
            Import {sample}
          </Button>
        </div>
      )}
    </div>
  );
}
