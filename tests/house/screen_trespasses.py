"""One planted line for each law of the screen: floors, promises, types, format, dead code."""

from tests.house.planting import Trespass


def screen(check: str, law: str, path: str, text: str, names: str = "planted.ts") -> Trespass:
    return Trespass(law=law, check=check, path=f"frontend/src/{path}", write=text, names=names)


SCREEN = (
    screen("eslint:import-x/no-restricted-paths", "the screen's engine knows no server", "engine/planted.ts",
           "import { http } from '../lib/http';\n\nexport const a = http;\n"),
    screen("eslint:import-x/no-restricted-paths", "features meet at their facade", "features/workflows/planted.ts",
           "import * as api from '../executions/api';\n\nexport const a = api;\n"),
    Trespass(law="the screen has no circles", check="eslint:import-x/no-cycle", path="frontend/src/lib/planted.ts",
             write="import { b } from './planted-too';\n\nexport const a = (): number => b();\n",
             beside=(("frontend/src/lib/planted-too.ts",
                      "import { a } from './planted';\n\nexport const b = (): number => a();\n"),),
             names="planted.ts"),
    screen("eslint:@typescript-eslint/no-floating-promises", "no promise is dropped", "lib/planted.ts",
           "export function a(): void {\n  fetch('/a');\n}\n"),
    screen("eslint:react-hooks/rules-of-hooks", "hooks are called always or never", "ui/planted.tsx",
           "import { useState } from 'react';\n\nexport function useA(b: boolean): number {\n"
           "  if (b) {\n    return useState(1)[0];\n  }\n  return 2;\n}\n"),
    screen("eslint:jsx-a11y/alt-text", "pictures have words", "ui/planted.tsx",
           "export function A() {\n  return <img src=\"/a.png\" />;\n}\n"),
    screen("eslint:no-console", "the console stays empty", "lib/planted.ts", "console.log('a');\n"),
    screen("eslint:max-lines", "no source file of the screen above 400 lines", "lib/planted.ts",
           "".join(f"export const a{number} = {number};\n" for number in range(401))),
    screen("tsc", "the screen's types hold", "lib/planted.ts", "export const a: number = 'a';\n"),
    screen("tsc", "an index may miss", "lib/planted.ts",
           "const a: number[] = [];\nexport const b: number = a[0];\n"),
    screen("biome", "the screen's files are formatted", "lib/planted.ts", "export const a   =  1\n"),
    screen("knip", "the screen has no dead files", "lib/planted.ts", "export const a = 1;\n"),
)  # fmt: skip
