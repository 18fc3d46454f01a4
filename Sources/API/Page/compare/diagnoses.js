/** The diagnoses of the volumes of a comparison: which pair is compared at first, and the choice of another one. */

import { day, element, plural } from '../app/elements.js';
import { json } from '../app/service.js';
import { commonFindings } from './difference.js';

const MOST_LISTED = 50;
const MOST_TRIED = 8; // For each volume, of the newest ones.

const load = ({ id }) => json(`/v1/diagnoses/${id}`);

/** The stored diagnoses of a volume, the newest one first. Those of a later version of the service cannot be read. */
export async function diagnosesOf(id) {
  const { diagnoses } = await json(`/v1/diagnoses?${new URLSearchParams({ volume_id: id, limit: MOST_LISTED })}`);
  return diagnoses.filter(({ findings }) => findings);
}

/** Gives both contents the newest pair of diagnoses with the most findings in common. */
export async function choosePair(contents) {
  const lists = await Promise.all(contents.map(({ entries }) => Promise.all(entries.slice(0, MOST_TRIED).map(load))));
  let best = { common: -1 };
  for (const [age, first] of lists[0].entries()) {
    for (const [otherAge, second] of lists[1].entries()) {
      const common = commonFindings(first, second);
      const isNewer = common === best.common && age + otherAge < best.age;
      if (common > best.common || isNewer) best = { pair: [first, second], common, age: age + otherAge };
    }
  }
  contents.forEach((content, index) => content.diagnosis = best.pair?.[index] ?? lists[index][0] ?? null);
}

/** A picker of a volume's diagnosis, or the way to its first one. `changed` is called after another was chosen. */
export function picker(role, content, changed) {
  const { volume, entries, diagnosis } = content;
  if (!entries.length) {
    return element('p', {}, 'No diagnosis is stored. ',
      element('a', { href: `./#${volume.id}`, class: 'score-link' }, 'Open this volume to score it'));
  }
  const options = entries.map(({ id, created_at: time, finding_count: count }) =>
    element('option', { value: id, selected: id === diagnosis?.id }, `${day(time)} · ${plural(count, 'finding')}`));
  const change = async ({ target }) => {
    const id = target.value;
    await changed(async () => {
      const chosen = await load({ id });
      if (target.value === id) content.diagnosis = chosen;
    });
  };
  return element('label', { class: 'pick-diagnosis' }, 'Diagnosis ',
    element('select', { 'aria-label': `Diagnosis of ${role}`, change }, ...options));
}
