/** One side of a comparison: a volume and a slice of it. */

import { day, displayName, element, setText, shortID, tagText } from '../app/elements.js';
import { Problem, showProblem } from '../app/service.js';
import { picker } from './diagnoses.js';
import { picture } from '../viewer/pictures.js';

const EDGES = { axial: 'RLAP', coronal: 'RLSI', sagittal: 'APSI' };

/**
 * `moved` is called with the slice's index after the reader has moved this side, and `chosen` with the loading of another
 * diagnosis.
 */
export function buildSide(role, content, { moved, chosen }) {
  const { volume } = content;
  const view = { look: null, at: 0, wanted: null, busy: false, shown: null };
  const parts = {
    image: element('img', { alt: '', draggable: 'false' }), edges: element('div', { 'aria-hidden': 'true' }),
    counter: element('span', { class: 'quiet' }), problem: element('div', {}),
    slider: element('input', { type: 'range', min: 0, 'aria-label': `${role}: slice` }),
  };
  parts.picture = element('div', { class: 'picture' }, parts.image, parts.edges);
  const node = element('section', { class: 'side-view', 'aria-label': role }, heading(role, content, parts), picker(role, content, chosen),
    volume.slices ? [parts.picture, element('label', { class: 'slice' }, parts.slider, parts.counter)]
      : element('p', { class: 'no-picture' }, 'The service stores no voxels of this volume, so it cannot be shown. It stores those of later uploads if it is started with “--persist full”.'),
    parts.problem);

  const extent = () => volume.slices[view.look.plane];

  function moveTo(index) {
    if (!volume.slices) return;
    view.at = Math.max(0, Math.min(extent().count - 1, index));
    const text = `${view.at + 1} of ${extent().count}`;
    parts.slider.value = view.at;
    parts.slider.setAttribute('aria-valuetext', text);
    setText(parts.counter, text);
    parts.image.alt = `${role}: ${view.look.plane} slice ${text}, ${view.look.window} window`;
    view.wanted = addressOf(content, view.look, view.at);
    load();
  }

  function show(look, startsAtMiddle) {
    view.look = look;
    if (!volume.slices) return;
    const { count, width, height, pixel_mm: [across, down] } = extent();
    parts.picture.style.aspectRatio = `${width * across} / ${height * down}`;
    parts.slider.max = count - 1;
    parts.edges.replaceChildren(...[...EDGES[look.plane]].map(letter => element('span', { class: 'edge' }, letter)));
    moveTo(startsAtMiddle ? Math.floor(count / 2) : view.at);
  }

  /** Loads the slice that is wanted last. */
  async function load() {
    if (view.busy) return;
    view.busy = true;
    node.setAttribute('aria-busy', 'true');
    while (view.shown !== view.wanted) {
      const address = view.wanted;
      try {
        parts.image.src = await picture(address);
        await parts.image.decode();
        showProblem(parts.problem, null);
      } catch (problem) {
        // Ignore a picture that was replaced in the meantime.
        if (problem instanceof Problem) showProblem(parts.problem, problem);
      }
      view.shown = address;
    }
    view.busy = false;
    node.removeAttribute('aria-busy');
  }

  const move = index => {
    moveTo(index);
    moved(view.at);
  };
  parts.slider.addEventListener('input', () => move(Number(parts.slider.value)));
  parts.picture.addEventListener('wheel', event => {
    if (event.ctrlKey || !event.deltaY) return;
    event.preventDefault();
    move(view.at - Math.sign(event.deltaY));
  }, { passive: false });
  const link = () => parts.link.href = `./#${content.diagnosis?.id ?? volume.id}`;
  return { node, role, content, show, moveTo, link, index: () => view.at };
}

function heading(role, { volume }, parts) {
  const { accession, tags } = volume.metadata ?? {};
  const about = [`stored ${day(volume.created_at)}`, accession && `accession ${accession}`, tagText(tags)].filter(Boolean).join(' · ');
  parts.link = element('a', {}, displayName(volume));
  return element('div', {},
    element('h2', {}, `${role}: `, parts.link),
    element('p', { class: 'quiet' }, element('code', { title: volume.id }, shortID(volume.id)), ` · ${about}`));
}

function addressOf({ volume, diagnosis }, { plane, window, heat }, index) {
  const query = new URLSearchParams({ window });
  const finding = heat && diagnosis?.findings.find(({ label }) => label === heat);
  if (finding) {
    query.set('diagnosis', diagnosis.id);
    query.set('finding', finding.index);
  }
  return `/v1/volumes/${volume.id}/slices/${plane}/${index}.png?${query}`;
}
