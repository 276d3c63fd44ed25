import { WeirError } from '../../common/errors.ts';
import type { TopicConfig } from '../../broker/api.ts';

/** Settings of WITH as the broker takes them. @throws WeirError INVALID_PROPERTY */
export function topicSettings(config: Readonly<Record<string, string>>): Partial<TopicConfig> {
  const policy = config['cleanup.policy'];
  const durability = config['durability'];
  if (policy !== undefined && policy !== 'delete' && policy !== 'compact' && policy !== 'compact,delete') {
    throw new WeirError('INVALID_PROPERTY', `CLEANUP_POLICY cannot be '${policy}'.`, {
      hint: "It is 'delete', 'compact' or 'compact,delete'.",
    });
  }
  if (durability !== undefined && durability !== 'strict' && durability !== 'relaxed') {
    throw new WeirError('INVALID_PROPERTY', `DURABILITY cannot be '${durability}'.`, {
      hint: "It is 'strict' or 'relaxed'.",
    });
  }
  return {
    ...(policy === undefined ? {} : { 'cleanup.policy': policy }),
    ...(config['retention.ms'] === undefined ? {} : { 'retention.ms': Number(config['retention.ms']) }),
    ...(durability === undefined ? {} : { durability }),
  };
}
