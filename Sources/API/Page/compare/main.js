/** Two volumes side by side. The address names them and their roles, such as `#a=sha256-…&b=sha256-…`. */

import { byId, element } from '../app/elements.js';
import { attempt, json, pressKeyButton, refusal, showKey } from '../app/service.js';
import { choosePair, diagnosesOf } from './diagnoses.js';
import { showDifference } from './difference.js';
import { buildSide } from './side.js';

const ROLES = { a: 'Volume A', b: 'Volume B', current: 'Current', prior: 'Prior', query: 'Query', hit: 'Hit' };

/** The sides, the left one first, and how many slices the right one is ahead. */
const shown = { sides: [], offset: 0 };

/** The roles and ids that the address names, in its order. */
function named() {
  const found = [...new URLSearchParams(location.hash.slice(1))].filter(([role, id]) => role in ROLES && /^sha256-[0-9a-f]{64}$/.test(id));
  if (found.length !== 2) throw refusal('Two volumes are needed', 'Select two volumes in the worklist, or choose “Compare” at a hit of a search.');
  return found;
}

async function start() {
  byId('comparison').hidden = true;
  await attempt(byId('problem'), async () => {
    const wanted = named();
    const contents = await Promise.all(wanted.map(([, id]) => contentOf(id)));
    await choosePair(contents);
    shown.sides = contents.map((content, index) => buildSide(ROLES[wanted[index][0]], content, {
      moved: slice => follow(content, slice), chosen: work => change(work),
    }));
    shown.offset = 0;
    byId('sides').replaceChildren(...shown.sides.map(side => side.node));
    byId('caveat').textContent = byId('notice').textContent = contents[0].notice;
    showDiagnoses();
    byId('comparison').hidden = false;
    showPictures(true);
  });
}

/** A stored volume and the list of its diagnoses. */
async function contentOf(id) {
  const [volume, entries] = await Promise.all([json(`/v1/volumes/${id}`), diagnosesOf(id)]);
  return { volume, entries, notice: volume.notice, diagnosis: null };
}

/** After another diagnosis was chosen, which `work` loads. */
async function change(work) {
  await attempt(byId('problem'), work);
  showDiagnoses();
  showPictures(false);
}

/** What depends on the diagnoses: the heat maps and the difference. */
function showDiagnoses() {
  const contents = shown.sides.map(({ content }) => content);
  for (const side of shown.sides) side.link();
  listHeatMaps(contents);
  showDifference(shown.sides.map(({ role }) => role), contents.map(({ diagnosis }) => diagnosis));
}

/** Findings that both diagnoses have. */
function listHeatMaps(contents) {
  const chosen = byId('heat').value;
  const [labels, others] = contents.map(({ diagnosis }) => (diagnosis?.findings ?? []).map(({ label }) => label));
  const common = labels.filter(label => others.includes(label));
  byId('heat').replaceChildren(element('option', { value: '' }, 'none'), ...common.map(label => element('option', { value: label }, label)));
  byId('heat').value = common.includes(chosen) ? chosen : '';
  byId('heat').disabled = !common.length || contents.some(({ volume }) => !volume.slices);
}

/** Shows the chosen plane, window and heat map. `startsAtMiddle` after a change of the plane. */
function showPictures(startsAtMiddle) {
  const look = { plane: byId('plane').value, window: byId('window').value, heat: byId('heat').value };
  if (startsAtMiddle) shown.offset = 0;
  byId('heat-words').hidden = !look.heat;
  for (const side of shown.sides) side.show(look, startsAtMiddle);
}

/** Moves the other side by the same distance. */
function follow(content, index) {
  const own = shown.sides.findIndex(side => side.content === content);
  const other = shown.sides[1 - own];
  const sign = own === 0 ? 1 : -1;
  if (byId('linked').checked) other.moveTo(index + sign * shown.offset);
  else noteOffset();
}

function noteOffset() {
  const [left, right] = shown.sides;
  shown.offset = right.index() - left.index();
}

function swap() {
  const [first, second] = named();
  history.replaceState(null, '', `#${new URLSearchParams([second, first])}`);
  shown.sides.reverse();
  shown.offset = -shown.offset;
  byId('sides').replaceChildren(...shown.sides.map(side => side.node));
  showDiagnoses();
}

const on = (id, event, action) => byId(id).addEventListener(event, action);
on('key-button', 'click', () => pressKeyButton(start));
on('plane', 'change', () => showPictures(true));
on('window', 'change', () => showPictures(false));
on('heat', 'change', () => showPictures(false));
on('linked', 'change', noteOffset);
on('swap', 'click', swap);
on('controls', 'submit', event => event.preventDefault());
on('skip', 'click', event => {
  event.preventDefault(); // The fragment names the volumes.
  byId('main').focus();
});
addEventListener('hashchange', start);
showKey();
start();
