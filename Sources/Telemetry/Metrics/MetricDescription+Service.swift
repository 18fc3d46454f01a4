extension MetricDescription {
  /// All metrics of the service, in the order of the output.
  static let service = [
    MetricDescription(
      "brgsa_build_info", .gauge, "Always 1. The label states the version of the service."),
    MetricDescription("brgsa_model_info", .gauge, "Always 1. The labels name the model in use."),
    MetricDescription("brgsa_ready", .gauge, "Whether the service accepts work."),
    MetricDescription(
      "http_server_request_duration_seconds", .seconds,
      "Time from the first line of a request to the end of its response. The status is empty without a response."
    ),
    MetricDescription("http_server_active_requests", .gauge, "Current requests."),
    MetricDescription(
      "brgsa_stage_duration_seconds", .seconds, "Time of one stage of a request."),
    MetricDescription("brgsa_queue_depth", .gauge, "Volumes that wait or are being encoded."),
    MetricDescription("brgsa_queue_capacity", .gauge, "Pieces of work that may wait."),
    MetricDescription("brgsa_queue_wait_seconds", .seconds, "Time that a piece of work waited."),
    MetricDescription(
      "brgsa_queue_rejected_total", .counter, "Requests refused because the queue is full."),
    MetricDescription(
      "brgsa_jobs", .gauge,
      "Jobs that wait or run, and jobs that ended since the start."),
    MetricDescription(
      "brgsa_embedding_cache_requests_total", .counter,
      "Requested embeddings, by whether they were already known."),
    MetricDescription(
      "brgsa_input_rejected_total", .counter,
      "Requests refused because of their content, by problem code."),
    MetricDescription(
      "brgsa_input_warnings_total", .counter, "Warnings about volumes."),
    MetricDescription(
      "brgsa_spool_taken_bytes", .gauge, "Bytes of the spool that uploads in progress use."),
    MetricDescription(
      "brgsa_spool_available_bytes", .gauge, "Bytes of the spool that one more upload may use."),
    MetricDescription(
      "brgsa_spool_limit_bytes", .gauge, "Bytes that all uploads in progress may use."),
    MetricDescription("brgsa_takes_uploads", .gauge, "Whether the spool has space for an upload."),
    MetricDescription("brgsa_store_volumes", .gauge, "Searchable volumes."),
    MetricDescription(
      "brgsa_store_free_bytes", .gauge, "Free bytes on the store's disk in addition to the reserve."
    ),
    MetricDescription(
      "brgsa_store_room", .gauge,
      "1 for the level of free space on the store's disk: ample, low (diagnoses are not stored) or full."
    ),
    MetricDescription(
      "brgsa_store_durability", .gauge,
      "1 for where an acknowledged write is: primary (on one database server) or quorum (also on a standby). Only with PostgreSQL."
    ),
    MetricDescription(
      "brgsa_retention_waiting", .gauge, "Whether a large erasure waits for the operator."),
    MetricDescription("process_resident_memory_bytes", .gauge, "Resident memory."),
    MetricDescription("process_open_fds", .gauge, "Open file descriptors."),
    MetricDescription("process_cpu_seconds_total", .counter, "Processor time."),
    MetricDescription(
      "process_start_time_seconds", .gauge, "Start of the process, in seconds since 1970."),
  ]
}
