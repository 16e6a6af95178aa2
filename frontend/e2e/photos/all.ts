import { OWN_SCENES } from './account-scenes.ts';
import { EMPTY_SCENES } from './empty-scenes.ts';
import { EXECUTION_SCENES } from './execution-scenes.ts';
import { LIST_SCENES } from './list-scenes.ts';
import { PUBLIC_SCENES } from './public-scenes.ts';
import type { Scene } from './scene.ts';
import { TENANT_SCENES, VIEWER_SCENES } from './tenant-scenes.ts';
import { TRIGGER_SCENES } from './trigger-scenes.ts';
import { ACTING_SCENES, WHO_SCENES } from './who-scenes.ts';
import { WORKFLOW_SCENES } from './workflow-scenes.ts';

/** Who looks: nobody who is known, the demo's owner, a viewer, an operator as a member, and who has just signed up. */
export type Onlooker = 'stranger' | 'owner' | 'viewer' | 'operator' | 'newcomer';

/** Every scene, by who looks. */
export const SCENES: Readonly<Record<Onlooker, readonly Scene[]>> = {
  // First, for such a session is a short one; and who has signed in just now need not say once more who they are.
  operator: ACTING_SCENES,
  newcomer: [...EMPTY_SCENES, ...OWN_SCENES],
  stranger: PUBLIC_SCENES,
  owner: [
    ...TENANT_SCENES,
    ...WORKFLOW_SCENES,
    ...EXECUTION_SCENES,
    ...LIST_SCENES,
    ...TRIGGER_SCENES,
    ...WHO_SCENES,
  ],
  viewer: VIEWER_SCENES,
};

export const THEMES = ['light', 'dark'] as const;

/** By the width that docs/design/review.md names. */
export const SIZES = {
  1440: { width: 1440, height: 900 },
  390: { width: 390, height: 844 },
} as const;
