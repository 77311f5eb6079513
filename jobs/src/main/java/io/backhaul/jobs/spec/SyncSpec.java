/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import io.backhaul.destination.DestinationConfig;
import io.backhaul.diff.change.GuardSpec;
import io.backhaul.diff.change.Limit;
import io.backhaul.diff.change.Mode;
import io.backhaul.diff.change.OnMappingChange;
import io.backhaul.diff.change.Send;
import io.backhaul.diff.change.Strategy;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.source.SourceSpec;
import io.backhaul.diff.validation.FieldRule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One checked sync file together with the destination it names. What only the source's or the
 * destination's schema can tell is checked later, and reported through {@link #marks()}.
 *
 * @param tenant the folder it stands in
 * @param name the file's name without its ending
 * @param source where the rows come from
 * @param upstream what whoever makes the rows says of them
 * @param mapping how a row becomes a record
 * @param rules what must hold of a record before it is sent
 * @param destination where the records go, secrets resolved
 * @param object what the destination calls these records
 * @param mode what the sync keeps true of the destination
 * @param schedule when it is due by itself
 * @param strategy how changed rows are found
 * @param pushdown what the source's database does so that fewer rows are read
 * @param overlap how far behind its cursor the watermark strategy looks again
 * @param send which fields of a changed row are sent
 * @param onMappingChange what happens to rows that were delivered under an older mapping
 * @param delivery what is promised of a record whose request or answer was lost
 * @param onInDoubt what happens to a record that may or may not have been applied
 * @param priority what it may spend of the destination's calls for a day, and its share of a fleet
 * @param readTimeout how long a run may read and compare
 * @param guards bounds that stop a run before anything is sent
 * @param maxRejected how many records of a partition the destination may reject before nothing more
 *     is sent
 * @param canary the part of a plan that goes first, if there is to be one
 * @param file the file it was read from
 * @param marks where each key of the file stands
 */
public record SyncSpec(
    String tenant,
    String name,
    SourceSpec source,
    Upstream upstream,
    MappingSpec mapping,
    List<FieldRule> rules,
    DestinationConfig destination,
    String object,
    Mode mode,
    Schedule schedule,
    Strategy strategy,
    Pushdown pushdown,
    Duration overlap,
    Send send,
    OnMappingChange onMappingChange,
    DeliveryGuarantee delivery,
    OnInDoubt onInDoubt,
    Priority priority,
    Duration readTimeout,
    GuardSpec guards,
    Limit maxRejected,
    Optional<CanarySpec> canary,
    Path file,
    SpecMarks marks) {

  public SyncSpec {
    rules = List.copyOf(rules);
  }

  /** {@code tenant/name}. */
  public String id() {
    return tenant + "/" + name;
  }

  /** Why rows will wait that need not, if the sync does not follow those whose ids it looks up. */
  public Optional<String> lookedUpTooEarly() {
    List<String> missed = new ArrayList<>(new TreeSet<>(mapping.lookedUp()));
    if (schedule instanceof Schedule.After after) {
      missed.removeAll(after.parents());
    }
    return schedule instanceof Schedule.Manual || missed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "looks up ids of %1$s and is not scheduled after it, so that rows may wait for a run"
                    .formatted(String.join(", ", missed))
                + " more than they must; schedule: {after: [%s]} follows it"
                    .formatted(String.join(", ", missed)));
  }

  /** The same sync to another destination. */
  public SyncSpec to(DestinationConfig other) {
    return with(other, priority);
  }

  /** The same sync with another priority. */
  public SyncSpec with(Priority other) {
    return with(destination, other);
  }

  private SyncSpec with(DestinationConfig otherDestination, Priority otherPriority) {
    return new SyncSpec(
        tenant,
        name,
        source,
        upstream,
        mapping,
        rules,
        otherDestination,
        object,
        mode,
        schedule,
        strategy,
        pushdown,
        overlap,
        send,
        onMappingChange,
        delivery,
        onInDoubt,
        otherPriority,
        readTimeout,
        guards,
        maxRejected,
        canary,
        file,
        marks);
  }

  /** Shows neither the source nor the destination's properties, which hold secrets. */
  @Override
  public String toString() {
    return "SyncSpec[" + id() + ", " + mode.wireName() + " to " + destination.name() + "]";
  }
}
