// `npm run photos`: photographs every page in every state, in both themes, on a desk and on a phone.
// The pictures are for people to look at, who write into docs/design/review.md what they saw. What a machine can see is
// said here: a scene that could not be set, a page wider than its window, a breach that axe finds, a complaint of the
// browser.
import { closeProvider } from '../provider.ts';
import { closeBrowser } from '../stage.ts';
import { prepare, shoot } from './photographer.ts';

const FOLDER =
  process.env.GORAX_SCREENSHOTS ?? new URL('../../../.gorax/screenshots', import.meta.url).pathname;
/** Only scenes whose name contains one of these, with commas between. */
const ONLY = (process.env.GORAX_SCENES ?? '').split(',');

const stage = await prepare();
const faults = await shoot({
  folder: FOLDER,
  stage,
  isWanted: ({ name }) => ONLY.some((part) => name.includes(part)),
});
closeProvider();
await closeBrowser();
for (const fault of faults) console.error(fault);
console.log(`pictures in ${FOLDER}${faults.length > 0 ? `; ${faults.length} faults` : ''}`);
process.exit(faults.length === 0 ? 0 : 1);
