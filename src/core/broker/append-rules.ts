import type { AppendOrigin, AppendRules } from '../log/partition-stage.ts';
import type { TopicConfig } from './api.ts';

/** By which rules a topic takes a batch. @param isSealed as in `ProduceBatch` */
export function appendRules(origin: AppendOrigin, config: TopicConfig, nowMs: number, isSealed = true): AppendRules {
  return {
    origin,
    isSealed,
    maxBytes: config['max.message.bytes'],
    logAppendTimeMs: config['message.timestamp.type'] === 'LogAppendTime' ? nowMs : null,
  };
}
