import { createContext, type ReactNode, useContext, useLayoutEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Catalogue, useCatalogue } from '../catalogue';
import { useEditor, useEditorActions, useEditorNow } from '../provider';
import { CommandsContext } from './commands-context';
import { lateCommands } from './late-commands';
import { makeStage } from './make-stage';
import { type Placed, usePlaced } from './placed';
import type { Stage } from './stage';
import { makeUi, UiContext } from './ui';

interface Scene {
  placed: Placed;
  catalogue: Catalogue;
  learn: Stage['learn'];
}

const SceneContext = createContext<Scene | null>(null);

/** Where everything stands, and what the catalogue says of it. */
export function useScene(): Scene {
  const scene = useContext(SceneContext);
  if (scene === null) throw new Error('The canvas is used outside of the editor.');
  return scene;
}

function useStage() {
  const { t } = useTranslation(['editor', 'common']);
  const now = useEditorNow();
  const actions = useEditorActions();
  const [made] = useState(() => {
    const ui = makeUi();
    const stage = makeStage({ ui, now, actions, t });
    return { ui, learn: stage.learn, commands: lateCommands(stage) };
  });
  return made;
}

/** What canvas, outline, palette and menus share. */
export function CanvasProvider({ children }: { children: ReactNode }) {
  const { ui, learn, commands } = useStage();
  const { catalogue } = useCatalogue();
  const placed = usePlaced(useEditor((state) => state.document));
  useLayoutEffect(() => {
    learn({ catalogue, positions: placed.positions, strays: placed.strays });
  }, [learn, catalogue, placed]);
  return (
    <UiContext value={ui}>
      <CommandsContext value={commands}>
        <SceneContext value={{ placed, catalogue, learn }}>{children}</SceneContext>
      </CommandsContext>
    </UiContext>
  );
}
