/** Key slices for prints: the axial slice of a map's maximum, with the map over it. */

import { element } from '../app/elements.js';
import { state } from '../app/state.js';
import { hasMaps, mapFile, rangeOf } from './heat.js';
import { maximumOf, niftiBytes, orientationOf, scaled, spacingOf } from './nifti.js';
import * as planes from './planes.js';
import { mapColors, view, WINDOWS } from './volume-view.js';

/** Makes the common scale fit the maps of all findings, before one is drawn. */
export async function prepare(findings) {
  if (!view.facts || !hasMaps()) return;
  for (const finding of findings) {
    const map = await mapImage(await mapFile(finding));
    if (map) rangeOf(maximumOf(map).value);
  }
}

/** A picture and the words for its place; null if there is nothing to draw. */
export async function draw(finding) {
  if (view.facts) return drawFile(hasMaps() ? finding : null);
  if (!state.volume?.slices || !state.diagnosis.cache.stored) return null;
  const picture = element('img', { alt: `Axial slice with the heat map of ${finding.label}`, src: await planes.shownSlice({ diagnosis: state.diagnosis.id, finding }) });
  await picture.decode();
  return { picture, place: `axial slice ${planes.shownIndex() + 1}` };
}

async function drawFile(finding) {
  const volume = view.nv.volumes[0];
  const [, , , count] = volume.hdr.dims;
  const orientation = orientationOf(volume.hdr.affine);
  if (!/^[LR][AP][SI]$/.test(orientation)) return null; // The file's slices are not axial.
  const map = finding && await mapImage(await mapFile(finding));
  const maximum = map && maximumOf(map);
  if (map) map.range = rangeOf(maximum.value);
  const slice = maximum?.voxel[2] ?? Math.floor(count / 2);
  const words = `axial slice ${orientation[2] === 'S' ? slice + 1 : count - slice} of ${count}`;
  return { picture: axialPicture(volume, map, slice, `${words}${map ? `, with the heat map of ${finding.label}` : ''}`), place: words };
}

/** The map's numbers as the service sends them: 16-bit, in the order of the uploaded file. */
async function mapImage(blob) {
  const buffer = await niftiBytes(blob);
  if (!buffer) return null;
  const header = new DataView(buffer);
  const hdr = {
    dims: [0, 2, 4, 6].map(offset => header.getInt16(40 + offset, true)), affine: view.nv.volumes[0].hdr.affine,
    scl_slope: header.getFloat32(112, true), scl_inter: header.getFloat32(116, true),
  };
  return { hdr, img: new Int16Array(buffer.slice(header.getFloat32(108, true))) };
}

/** A slice of the file's third axis, turned so that the patient's right is on the left and the front is at the top. */
function axialPicture(volume, map, slice, words) {
  const [, width, height] = volume.hdr.dims;
  const canvas = element('canvas', { width, height, role: 'img', 'aria-label': words });
  const [x, y] = orientationOf(volume.hdr.affine);
  const [across, down] = spacingOf(volume.hdr.affine);
  canvas.style.aspectRatio = `${width * across} / ${height * down}`;
  const brush = canvas.getContext('2d');
  const pixels = brush.createImageData(width, height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (slice * height + (y === 'P' ? row : height - 1 - row)) * width + (x === 'L' ? column : width - 1 - column);
      pixels.data.set(colorOf(volume, map, from), 4 * (row * width + column));
    }
  }
  brush.putImageData(pixels, 0, 0);
  return canvas;
}

function colorOf(volume, map, index) {
  const [low, high] = WINDOWS[view.window] ?? WINDOWS.lung;
  const grey = 255 * (scaled(volume.img[index], volume.hdr) - low) / (high - low);
  const value = map ? scaled(map.img[index], map.hdr) : 0;
  if (!map || value < map.range.low) return [grey, grey, grey, 255];
  const at = 4 * Math.min(255, Math.floor(256 * value / map.range.high));
  const colors = mapColors();
  return [0, 1, 2].map(part => grey * (1 - map.range.opacity) + colors[at + part] * map.range.opacity).concat(255);
}
