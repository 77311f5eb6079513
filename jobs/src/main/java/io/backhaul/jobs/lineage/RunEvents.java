/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.lineage;

import io.backhaul.jobs.spec.LineageSpec;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.sync.Cancellation;
import io.backhaul.jobs.sync.RunReport;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import io.openlineage.client.utils.UUIDUtils;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The run events of one sync. The OpenLineage id of a run is made from {@code run_id} and the time
 * of its start, so that whoever knows the run finds its events, and a run that is settled after it
 * died ends the run that it began.
 */
final class RunEvents {

  /** Of events and facets; there is no page to point at for each version. */
  private static final URI PRODUCER = URI.create("urn:backhaul:openlineage:1");

  private final LineageSpec to;
  private final SyncSpec spec;
  private final String sparkVersion;
  private final OpenLineage openLineage = new OpenLineage(PRODUCER);

  RunEvents(LineageSpec to, SyncSpec spec, String sparkVersion) {
    this.to = to;
    this.spec = spec;
    this.sparkVersion = sparkVersion;
  }

  /** The run begins. */
  OpenLineage.RunEvent started(String runId, Instant startedAt) {
    return event(EventType.START, startedAt, run(runId, startedAt, facets()))
        .inputs(datasets().known())
        .outputs(List.of(datasets().target()))
        .build();
  }

  /** The run came to its report. */
  OpenLineage.RunEvent ended(RunReport report, Carried carried) {
    OpenLineage.RunFacetsBuilder facets = facets().put("backhaul_run", ours(report));
    if (report.error() != null) {
      facets.errorMessage(openLineage.newErrorMessageRunFacet(report.error(), "JAVA", null));
    }
    Datasets datasets = datasets();
    return event(type(report), report.endedAt(), run(report.runId(), report.startedAt(), facets))
        .inputs(
            carried == null
                ? datasets.known()
                : datasets.read(carried, report.counts().get("source")))
        .outputs(List.of(datasets.written(carried, report.count("applied"))))
        .build();
  }

  /** The run ended with an exception, whose words may quote what is nobody else's business. */
  OpenLineage.RunEvent broken(String runId, Instant startedAt, Instant endedAt) {
    OpenLineage.RunFacetsBuilder facets =
        facets()
            .errorMessage(
                openLineage.newErrorMessageRunFacet(
                    "the run ended before it had a report; its log says why", "JAVA", null));
    return event(EventType.FAIL, endedAt, run(runId, startedAt, facets))
        .inputs(datasets().known())
        .outputs(List.of(datasets().target()))
        .build();
  }

  private Datasets datasets() {
    return new Datasets(openLineage, spec);
  }

  private static EventType type(RunReport report) {
    if (Cancellation.CODE.equals(report.deferredCode())) {
      return EventType.ABORT;
    }
    return switch (report.status()) {
      case SUCCEEDED, PARTIAL -> EventType.COMPLETE;
      case FAILED -> EventType.FAIL;
      case STOPPED, SKIPPED -> EventType.ABORT;
    };
  }

  private OpenLineage.RunEventBuilder event(EventType type, Instant at, OpenLineage.Run run) {
    return openLineage
        .newRunEventBuilder()
        .eventType(type)
        .eventTime(at.atZone(ZoneOffset.UTC))
        .run(run)
        .job(
            openLineage
                .newJobBuilder()
                .namespace(to.namespace())
                .name(spec.tenant() + "." + spec.name())
                .facets(
                    openLineage
                        .newJobFacetsBuilder()
                        .jobType(
                            openLineage
                                .newJobTypeJobFacetBuilder()
                                .processingType("BATCH")
                                .integration("BACKHAUL")
                                .jobType("SYNC")
                                .build())
                        .build())
                .build());
  }

  private OpenLineage.Run run(
      String runId, Instant startedAt, OpenLineage.RunFacetsBuilder facets) {
    return openLineage.newRunBuilder().runId(id(runId, startedAt)).facets(facets.build()).build();
  }

  private UUID id(String runId, Instant startedAt) {
    byte[] name = (spec.id() + "/" + runId).getBytes(StandardCharsets.UTF_8);
    return UUIDUtils.generateStaticUUID(startedAt, name);
  }

  private OpenLineage.RunFacetsBuilder facets() {
    return openLineage
        .newRunFacetsBuilder()
        .processing_engine(
            openLineage
                .newProcessingEngineRunFacetBuilder()
                .name("spark")
                .version(sparkVersion)
                .build());
  }

  /** What the run's row in the ledger says, and no facet of OpenLineage's own has a place for. */
  private OpenLineage.RunFacet ours(RunReport report) {
    OpenLineage.RunFacet facet = openLineage.newRunFacet();
    Map<String, Object> says = facet.getAdditionalProperties();
    says.put("runId", report.runId());
    says.put("sync", spec.id());
    says.put("destination", spec.destination().name());
    says.put("mode", spec.mode().wireName());
    says.put("strategy", report.strategy());
    says.put("status", report.status().wireName());
    says.put("counts", report.counts());
    says.put("operations", report.ops());
    says.put("seconds", report.seconds());
    return facet;
  }
}
