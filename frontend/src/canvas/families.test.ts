import { describe, expect, it } from 'vitest';
import { typeTitle } from './families';

describe('the name of a node type', () => {
  it.each([
    ['action:http', 'HTTP'],
    ['data:json_query', 'JSON query'],
    ['data:csv', 'CSV'],
    ['control:stop_and_error', 'Stop and error'],
    ['control:sub_workflow', 'Sub-workflow'],
    ['llm:chat', 'Ask a model'],
    ['slack:send_dm', 'Send DM'],
    ['github:create_pr_comment', 'Create PR comment'],
    ['somebody:else', 'Else'],
    ['unknown', 'Unknown'],
  ])('%s is called %s', (type, title) => {
    expect(typeTitle(type)).toBe(title);
  });
});
