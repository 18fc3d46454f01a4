// ---- Heat maps.

function toggleHeat(finding) {
  if (viewer.heat?.finding === finding) {
    setHeat(null);
    moveTo({});
  } else {
    if (innerWidth < 960) byId('viewer-heading').scrollIntoView();
    showHeat({ diagnosis: state.diagnosis.id, finding, isReady: false, isShown: false, problem: null });
  }
}

/** The service encodes the volume again for the first picture, so the others are requested after it. */
async function showHeat(heat) {
  setHeat(heat);
  moveTo({});
  try {
    await picture(sliceAddress('axial', viewer.at.axial, heat));
    heat.isReady = true;
  } catch (problem) {
    heat.problem = problem;
  }
  if (viewer.heat !== heat) return;
  showProblem(byId('viewer-problem'), firstProblem());
  moveTo({});
}

function setHeat(heat) {
  viewer.heat = heat;
  byId('heat').hidden = !heat;
  for (const button of document.querySelectorAll('[data-finding]')) {
    button.setAttribute('aria-pressed', String(heat?.finding.index === Number(button.dataset.finding)));
  }
}

function showHeatProgress() {
  if (!viewer.heat) return;
  const { heat } = viewer;
  heat.isShown ||= heat.isReady && !Object.values(viewer.planes).some(view => view.busy);
  const waiting = !heat.isShown && !heat.problem;
  byId('heat-progress').hidden = !waiting;
  const text = heatText(heat.finding.label, waiting);
  if (byId('heat-status').textContent !== text) byId('heat-status').textContent = text;
}

function heatText(label, waiting) {
  if (waiting) return `Making the heat map of “${label}”. The first time takes seconds.`;
  if (firstProblem()) return `No heat map of “${label}” is available.`;
  return `Heat map of “${label}”: yellow to red where patches are most like the text. Every map has some red, whether or `
    + 'not the finding is there.';
}

function hideHeat() {
  const index = viewer.heat.finding.index;
  setHeat(null);
  moveTo({});
  document.querySelector(`[data-finding="${index}"]`)?.focus();
}

function saveHeat() {
  const { diagnosis, finding } = viewer.heat;
  return attempt(byId('viewer-problem'), () =>
    save(`/v1/diagnoses/${diagnosis}/heatmaps/${finding.index}.nii.gz`, '*/*', `${diagnosis}-${finding.index}.nii.gz`));
}
