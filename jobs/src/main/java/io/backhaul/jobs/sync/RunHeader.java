/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.backhaul.destination.Op;
import io.backhaul.jobs.spec.DeliveryGuarantee;
import java.io.IOException;
import java.sql.Date;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is known of a run before its first byte is sent: enough to settle it from its journal if it
 * dies. Times are ISO-8601 in UTC.
 *
 * @param pinnedAt instant the source is read at; {@code null} where it was not reached
 * @param lagSince since when rows without an own {@code updated_at} count as waiting
 * @param lagEstimated whether every row's lag is measured from {@code lagSince}
 * @param settlesCursor whether this run may advance the watermark (a filtered run may not)
 * @param cursorKind proposed cursor, {@code null} where the strategy has none
 * @param openLetters whether the sync had open dead letters when the run was planned
 * @param newKeyBasis last run that applied deletes, part of the batch ids of new keys
 * @param scope first part of every batch id: the sync, and the retry that a person asked for
 * @param partitions that the outbox is delivered in; 0 in a header from before that was decided
 * @param delivery wire name of the guarantee; a header without one is of a time when there was one
 *     guarantee only
 */
record RunHeader(
    String runId,
    String tenant,
    String sync,
    String destination,
    String object,
    String mode,
    String trigger,
    String startedAt,
    String strategy,
    String strategyNote,
    boolean firstSync,
    boolean fullSync,
    boolean filtered,
    PlannedCounts counts,
    Long sourceVersion,
    String pinnedAt,
    String lagSince,
    boolean lagEstimated,
    boolean settlesCursor,
    String cursorKind,
    String cursorValue,
    String mappingFingerprint,
    String newKeyBasis,
    String scope,
    int partitions,
    String delivery,
    String onInDoubt,
    boolean openLetters,
    long leaseEpoch,
    Map<String, Long> accepted,
    Map<String, Double> seconds) {

  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  RunHeader {
    scope = scope == null ? tenant + "/" + sync : scope;
    delivery = delivery == null ? DeliveryGuarantee.AT_LEAST_ONCE.wireName() : delivery;
    accepted = Map.copyOf(accepted);
    seconds = Map.copyOf(seconds);
  }

  /**
   * What READ, DIFF and PLAN counted, in rows; {@code ops} by wire name.
   *
   * @param planned operations in the outbox
   * @param waiting those of them that are not delivered, because a lookup found no id yet; 0 in a
   *     header from before there were lookups
   */
  record PlannedCounts(
      long source,
      long unchanged,
      long planned,
      long waiting,
      long invalid,
      long quarantined,
      Map<String, Long> ops) {

    static final PlannedCounts NONE = new PlannedCounts(0, 0, 0, 0, 0, 0, Map.of());

    PlannedCounts {
      ops = Map.copyOf(ops);
    }

    /** Operations that are to be delivered in this run. */
    long ready() {
      return planned - waiting;
    }
  }

  RunHeader withSeconds(Map<String, Double> now) {
    return new RunHeader(
        runId,
        tenant,
        sync,
        destination,
        object,
        mode,
        trigger,
        startedAt,
        strategy,
        strategyNote,
        firstSync,
        fullSync,
        filtered,
        counts,
        sourceVersion,
        pinnedAt,
        lagSince,
        lagEstimated,
        settlesCursor,
        cursorKind,
        cursorValue,
        mappingFingerprint,
        newKeyBasis,
        scope,
        partitions,
        delivery,
        onInDoubt,
        openLetters,
        leaseEpoch,
        accepted,
        now);
  }

  RunHeader withCounts(PlannedCounts now) {
    return new RunHeader(
        runId,
        tenant,
        sync,
        destination,
        object,
        mode,
        trigger,
        startedAt,
        strategy,
        strategyNote,
        firstSync,
        fullSync,
        filtered,
        now,
        sourceVersion,
        pinnedAt,
        lagSince,
        lagEstimated,
        settlesCursor,
        cursorKind,
        cursorValue,
        mappingFingerprint,
        newKeyBasis,
        scope,
        partitions,
        delivery,
        onInDoubt,
        openLetters,
        leaseEpoch,
        accepted,
        seconds);
  }

  /**
   * Wire names of the operations whose unknown outcomes wait for a person, as dead letters; those
   * of all others are found again by the next run.
   */
  Set<String> lettersOfDoubt() {
    if (delivery.equals(DeliveryGuarantee.AT_MOST_ONCE.wireName())) {
      return Stream.of(Op.values()).map(Op::wireName).collect(Collectors.toUnmodifiableSet());
    }
    return onInDoubt.equals("dead_letter") ? Set.of(Op.INSERT.wireName()) : Set.of();
  }

  /** {@code tenant/sync}. */
  String syncId() {
    return tenant + "/" + sync;
  }

  /** UTC day the run started. */
  Date date() {
    return Date.valueOf(LocalDate.ofInstant(startedAtInstant(), ZoneOffset.UTC));
  }

  Instant startedAtInstant() {
    return Instant.parse(startedAt);
  }

  byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static RunHeader fromJson(byte[] json) throws IOException {
    return JSON.readValue(json, RunHeader.class);
  }
}
