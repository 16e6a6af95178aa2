import { createContext, useContext } from 'react';
import type { Commands } from './commands';

export const CommandsContext = createContext<Commands | null>(null);

/** What can be done on the canvas and in the outline; always the same object. */
export function useCommands(): Commands {
  const commands = useContext(CommandsContext);
  if (commands === null) throw new Error('Commands are used outside of the editor.');
  return commands;
}
