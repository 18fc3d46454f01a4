/** NIfTI files in the browser: what the viewer opens, and where its voxels lie. */

const GZIP = [0x1f, 0x8b];
const SUFFIXES = { n1: 344, n2: 4 }; // Where the magic of NIfTI-1 and NIfTI-2 lies.

/** The inflated bytes of a NIfTI file; null if the file is another format, such as DICOM, or cannot be inflated. */
export async function niftiBytes(blob) {
  const start = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  const isPacked = GZIP.every((byte, index) => start[index] === byte);
  try {
    if (!isPacked && !isNIfTI(await blob.slice(0, 1024).arrayBuffer())) return null;
    const bytes = isPacked ? await inflated(blob) : await blob.arrayBuffer();
    return isNIfTI(bytes) ? withScaling(bytes) : null;
  } catch {
    return null;
  }
}

const inflatedMember = blob => new Response(blob.stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();

/** A gzip file may consist of several members, one after the other. DecompressionStream refuses what follows the first. */
async function inflated(blob) {
  try {
    return await inflatedMember(blob);
  } catch {
    return inflatedMembers(blob);
  }
}

const FALSE_STARTS = 64; // Compressed bytes look like the start of a member once in 16 million.

/** A member ends where another one starts, or at the end: its checksum says whether this is so. */
async function inflatedMembers(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const parts = [];
  for (let start = 0, end = 0, wrong = 0; start < bytes.length && wrong <= FALSE_STARTS;) {
    end = nextMember(bytes, end + 1);
    try {
      parts.push(await inflatedMember(blob.slice(start, end)));
      start = end;
    } catch (error) {
      wrong++;
      if (end === bytes.length || wrong > FALSE_STARTS) throw error;
    }
  }
  return new Blob(parts).arrayBuffer();
}

/** The next place that may be the start of a member; the end if there is none. */
function nextMember(bytes, from) {
  for (let at = bytes.indexOf(GZIP[0], from); at >= 0; at = bytes.indexOf(GZIP[0], at + 1)) {
    if (bytes[at + 1] === GZIP[1] && bytes[at + 2] === 8 && bytes[at + 3] < 32) return at;
  }
  return bytes.length;
}

function isNIfTI(buffer) {
  const text = offset => new TextDecoder('latin1').decode(buffer.slice(offset, offset + 3));
  return text(SUFFIXES.n1) === 'n+1' || text(SUFFIXES.n2) === 'n+2';
}

/** A slope of 0 means that values are not scaled (nifti1.h). NiiVue would still add the intercept. */
function withScaling(buffer) {
  const { isSecond, isLittle, view } = headerOf(buffer);
  const [slope, intercept] = isSecond ? [176, 184] : [112, 116];
  const read = offset => isSecond ? view.getFloat64(offset, isLittle) : view.getFloat32(offset, isLittle);
  const write = (offset, value) => isSecond ? view.setFloat64(offset, value, isLittle) : view.setFloat32(offset, value, isLittle);
  if (read(slope) === 0 || !Number.isFinite(read(slope))) {
    write(slope, 1);
    write(intercept, 0);
  }
  return buffer;
}

/** The view of a header, its version and its byte order, from its length. */
function headerOf(buffer) {
  const view = new DataView(buffer);
  const isLittle = [348, 540].includes(view.getInt32(0, true));
  return { view, isLittle, isSecond: view.getInt32(0, isLittle) === 540 };
}

/** Letters for the directions in which the columns of an affine increase most, such as “RAS”. */
export function orientationOf(affine) {
  return [0, 1, 2].map(column => {
    const parts = [0, 1, 2].map(row => affine[row][column]);
    const row = parts.reduce((best, value, index) => Math.abs(value) > Math.abs(parts[best]) ? index : best, 0);
    return parts[row] < 0 ? 'LPI'[row] : 'RAS'[row];
  }).join('');
}

export const spacingOf = affine => [0, 1, 2].map(column => Math.hypot(...[0, 1, 2].map(row => affine[row][column])));

/** Whether an affine says what the service says about a volume. */
export function agrees(affine, { orientation, spacing_mm: spacing }) {
  if (!orientation || !spacing) return true;
  const own = spacingOf(affine);
  return orientationOf(affine) === orientation
    && spacing.every((value, axis) => Math.abs(own[axis] - value) <= 0.01 * value);
}

/**
 * Writes the orientation and the spacing that the service found into a file's header, in place.
 *
 * The service corrects headers: it converts units and assumes a missing orientation. The viewer must show the same
 * sides as the model read. The centre of the volume becomes the origin.
 */
export function setGeometry(buffer, { orientation, spacing_mm: spacing, shape }) {
  const { isSecond, isLittle: little, view } = headerOf(buffer);
  const real = (offset, value) => isSecond ? view.setFloat64(offset, value, little) : view.setFloat32(offset, value, little);
  const whole = (offset, value) => isSecond ? view.setInt32(offset, value, little) : view.setInt16(offset, value, little);
  const [size, pixels, qform, sform, rows] = isSecond ? [8, 104, 344, 348, 400] : [4, 76, 252, 254, 280];
  spacing.forEach((value, axis) => real(pixels + size * (axis + 1), value));
  whole(qform, 0);
  whole(sform, 1);
  if (isSecond) view.setInt32(500, 2, little); // xyzt_units: millimetres
  else view.setUint8(123, 2);
  for (let row = 0; row < 3; row++) {
    const column = [...orientation].findIndex(letter => 'RL AP SI'.split(' ')[row].includes(letter));
    const step = spacing[column] * ('RAS'.includes(orientation[column]) ? 1 : -1);
    for (let place = 0; place < 4; place++) real(rows + size * (4 * row + place), place === column ? step : 0);
    real(rows + size * (4 * row + 3), -step * (shape[column] - 1) / 2);
  }
}

/** A row of four numbers for each axis, times a voxel's indices. */
export const placeOf = (affine, voxel) =>
  [0, 1, 2].map(row => affine[row][0] * voxel[0] + affine[row][1] * voxel[1] + affine[row][2] * voxel[2] + affine[row][3]);

/** The largest value of an image of NiiVue, its voxel in the order of the file, and its place in millimetres. */
export function maximumOf({ img, hdr }) {
  let best = 0;
  for (let index = 1; index < img.length; index++) if (img[index] > img[best]) best = index;
  const [, width, height] = hdr.dims;
  const voxel = [best % width, Math.floor(best / width) % height, Math.floor(best / (width * height))];
  return { value: scaled(img[best], hdr), voxel, mm: placeOf(hdr.affine, voxel) };
}

/** A stored value as the file means it. */
export const scaled = (value, { scl_slope: slope, scl_inter: intercept }) => slope ? value * slope + intercept : value;

/** The maximum of a heat map: a NIfTI-1 file of 16-bit numbers, as the service writes it. */
export function maximumOfMap(buffer) {
  const header = new DataView(buffer);
  const hdr = {
    dims: [0, 2, 4, 6].map(offset => header.getInt16(40 + offset, true)), affine: affineOf(header),
    scl_slope: header.getFloat32(112, true), scl_inter: header.getFloat32(116, true),
  };
  return maximumOf({ hdr, img: new Int16Array(buffer.slice(header.getFloat32(108, true))) });
}

const affineOf = header => [0, 1, 2].map(row => [0, 1, 2, 3].map(column => header.getFloat32(280 + 16 * row + 4 * column, true)));

/** The affine of a gzipped NIfTI-1 file of the service. Only the file's start is read. */
export async function affineAtStart(response) {
  const reader = response.body.pipeThrough(new DecompressionStream('gzip')).getReader();
  let bytes = new Uint8Array(0);
  while (bytes.length < 348) {
    const { value, done } = await reader.read();
    if (done) return null;
    bytes = new Uint8Array([...bytes, ...value.subarray(0, 348)]);
  }
  reader.cancel().catch(() => {});
  return affineOf(new DataView(bytes.buffer));
}
