#include "brgsa_pages.h"

// #embed is used because the Swift compiler takes a minute for an array of 160,000 literals, and #embed takes no time.
// The dependency file lists the embedded files, so a changed page is rebuilt.
#define BYTES(array) {array, sizeof array}

static const unsigned char openapi[] = {
#embed "../API/openapi.yaml"
};

static const unsigned char index_page[] = {
#embed "../API/Page/index.html"
};

static const unsigned char docs_page[] = {
#embed "../API/Page/docs.html"
};

static const unsigned char compare_page[] = {
#embed "../API/Page/compare.html"
};

static const unsigned char worklist_page[] = {
#embed "../API/Page/worklist.html"
};

static const unsigned char app_elements_js[] = {
#embed "../API/Page/app/elements.js"
};

static const unsigned char app_findings_js[] = {
#embed "../API/Page/app/findings.js"
};

static const unsigned char app_history_js[] = {
#embed "../API/Page/app/history.js"
};

static const unsigned char app_job_js[] = {
#embed "../API/Page/app/job.js"
};

static const unsigned char app_main_js[] = {
#embed "../API/Page/app/main.js"
};

static const unsigned char app_order_js[] = {
#embed "../API/Page/app/order.js"
};

static const unsigned char app_pickers_js[] = {
#embed "../API/Page/app/pickers.js"
};

static const unsigned char app_queue_js[] = {
#embed "../API/Page/app/queue.js"
};

static const unsigned char app_result_js[] = {
#embed "../API/Page/app/result.js"
};

static const unsigned char app_samples_js[] = {
#embed "../API/Page/app/samples.js"
};

static const unsigned char app_send_js[] = {
#embed "../API/Page/app/send.js"
};

static const unsigned char app_service_js[] = {
#embed "../API/Page/app/service.js"
};

static const unsigned char app_start_js[] = {
#embed "../API/Page/app/start.js"
};

static const unsigned char app_state_js[] = {
#embed "../API/Page/app/state.js"
};

static const unsigned char app_style_css[] = {
#embed "../API/Page/app/style.css"
};

static const unsigned char search_cards_js[] = {
#embed "../API/Page/search/cards.js"
};

static const unsigned char search_search_js[] = {
#embed "../API/Page/search/search.js"
};

static const unsigned char viewer_heat_js[] = {
#embed "../API/Page/viewer/heat.js"
};

static const unsigned char viewer_key_slices_js[] = {
#embed "../API/Page/viewer/key-slices.js"
};

static const unsigned char viewer_nifti_js[] = {
#embed "../API/Page/viewer/nifti.js"
};

static const unsigned char viewer_pictures_js[] = {
#embed "../API/Page/viewer/pictures.js"
};

static const unsigned char viewer_planes_js[] = {
#embed "../API/Page/viewer/planes.js"
};

static const unsigned char viewer_print_js[] = {
#embed "../API/Page/viewer/print.js"
};

static const unsigned char viewer_thumbnails_js[] = {
#embed "../API/Page/viewer/thumbnails.js"
};

static const unsigned char viewer_toolbar_js[] = {
#embed "../API/Page/viewer/toolbar.js"
};

static const unsigned char viewer_viewer_js[] = {
#embed "../API/Page/viewer/viewer.js"
};

static const unsigned char viewer_volume_view_js[] = {
#embed "../API/Page/viewer/volume-view.js"
};

static const unsigned char viewer_whole_js[] = {
#embed "../API/Page/viewer/whole.js"
};

static const unsigned char compare_diagnoses_js[] = {
#embed "../API/Page/compare/diagnoses.js"
};

static const unsigned char compare_difference_js[] = {
#embed "../API/Page/compare/difference.js"
};

static const unsigned char compare_main_js[] = {
#embed "../API/Page/compare/main.js"
};

static const unsigned char compare_side_js[] = {
#embed "../API/Page/compare/side.js"
};

static const unsigned char compare_style_css[] = {
#embed "../API/Page/compare/style.css"
};

static const unsigned char worklist_address_js[] = {
#embed "../API/Page/worklist/address.js"
};

static const unsigned char worklist_dialogs_js[] = {
#embed "../API/Page/worklist/dialogs.js"
};

static const unsigned char worklist_jobs_js[] = {
#embed "../API/Page/worklist/jobs.js"
};

static const unsigned char worklist_main_js[] = {
#embed "../API/Page/worklist/main.js"
};

static const unsigned char worklist_rows_js[] = {
#embed "../API/Page/worklist/rows.js"
};

static const unsigned char worklist_style_css[] = {
#embed "../API/Page/worklist/style.css"
};

static const unsigned char worklist_volumes_js[] = {
#embed "../API/Page/worklist/volumes.js"
};

static const unsigned char docs_content_js[] = {
#embed "../API/Page/docs/content.js"
};

static const unsigned char docs_elements_js[] = {
#embed "../API/Page/docs/elements.js"
};

static const unsigned char docs_operations_js[] = {
#embed "../API/Page/docs/operations.js"
};

static const unsigned char docs_schemas_js[] = {
#embed "../API/Page/docs/schemas.js"
};

static const unsigned char docs_style_css[] = {
#embed "../API/Page/docs/style.css"
};

static const unsigned char phantom_4_00001[] = {
#embed "../../Models/phantom/samples/volumes/phantom_4_00001.nii.gz"
};

static const unsigned char phantom_4_00000[] = {
#embed "../../Models/phantom/samples/volumes/phantom_4_00000.nii.gz"
};

static const unsigned char phantom_4_00003[] = {
#embed "../../Models/phantom/samples/volumes/phantom_4_00003.nii.gz"
};

static const struct brgsa_page_file files[] = {
    {"app/elements.js", BYTES(app_elements_js)},
    {"app/findings.js", BYTES(app_findings_js)},
    {"app/history.js", BYTES(app_history_js)},
    {"app/job.js", BYTES(app_job_js)},
    {"app/main.js", BYTES(app_main_js)},
    {"app/order.js", BYTES(app_order_js)},
    {"app/pickers.js", BYTES(app_pickers_js)},
    {"app/queue.js", BYTES(app_queue_js)},
    {"app/result.js", BYTES(app_result_js)},
    {"app/samples.js", BYTES(app_samples_js)},
    {"app/send.js", BYTES(app_send_js)},
    {"app/service.js", BYTES(app_service_js)},
    {"app/start.js", BYTES(app_start_js)},
    {"app/state.js", BYTES(app_state_js)},
    {"app/style.css", BYTES(app_style_css)},
    {"search/cards.js", BYTES(search_cards_js)},
    {"search/search.js", BYTES(search_search_js)},
    {"viewer/heat.js", BYTES(viewer_heat_js)},
    {"viewer/key-slices.js", BYTES(viewer_key_slices_js)},
    {"viewer/nifti.js", BYTES(viewer_nifti_js)},
    {"viewer/pictures.js", BYTES(viewer_pictures_js)},
    {"viewer/planes.js", BYTES(viewer_planes_js)},
    {"viewer/print.js", BYTES(viewer_print_js)},
    {"viewer/thumbnails.js", BYTES(viewer_thumbnails_js)},
    {"viewer/toolbar.js", BYTES(viewer_toolbar_js)},
    {"viewer/viewer.js", BYTES(viewer_viewer_js)},
    {"viewer/volume-view.js", BYTES(viewer_volume_view_js)},
    {"viewer/whole.js", BYTES(viewer_whole_js)},
    {"compare/diagnoses.js", BYTES(compare_diagnoses_js)},
    {"compare/difference.js", BYTES(compare_difference_js)},
    {"compare/main.js", BYTES(compare_main_js)},
    {"compare/side.js", BYTES(compare_side_js)},
    {"compare/style.css", BYTES(compare_style_css)},
    {"worklist/address.js", BYTES(worklist_address_js)},
    {"worklist/dialogs.js", BYTES(worklist_dialogs_js)},
    {"worklist/jobs.js", BYTES(worklist_jobs_js)},
    {"worklist/main.js", BYTES(worklist_main_js)},
    {"worklist/rows.js", BYTES(worklist_rows_js)},
    {"worklist/style.css", BYTES(worklist_style_css)},
    {"worklist/volumes.js", BYTES(worklist_volumes_js)},
    {"docs/content.js", BYTES(docs_content_js)},
    {"docs/elements.js", BYTES(docs_elements_js)},
    {"docs/operations.js", BYTES(docs_operations_js)},
    {"docs/schemas.js", BYTES(docs_schemas_js)},
    {"docs/style.css", BYTES(docs_style_css)},
};

static const struct brgsa_page_file samples[] = {
    {"samples/phantom_4_00001.nii.gz", BYTES(phantom_4_00001)},
    {"samples/phantom_4_00000.nii.gz", BYTES(phantom_4_00000)},
    {"samples/phantom_4_00003.nii.gz", BYTES(phantom_4_00003)},
};

struct brgsa_bytes brgsa_openapi_yaml(void) { return (struct brgsa_bytes)BYTES(openapi); }
struct brgsa_bytes brgsa_index_html(void) { return (struct brgsa_bytes)BYTES(index_page); }
struct brgsa_bytes brgsa_compare_html(void) { return (struct brgsa_bytes)BYTES(compare_page); }
struct brgsa_bytes brgsa_worklist_html(void) { return (struct brgsa_bytes)BYTES(worklist_page); }
struct brgsa_bytes brgsa_docs_html(void) { return (struct brgsa_bytes)BYTES(docs_page); }

struct brgsa_page_file brgsa_page_file(size_t index, int is_sample) {
  const size_t count = is_sample ? sizeof samples / sizeof *samples : sizeof files / sizeof *files;
  if (index >= count) return (struct brgsa_page_file){NULL, {NULL, 0}};
  return is_sample ? samples[index] : files[index];
}
