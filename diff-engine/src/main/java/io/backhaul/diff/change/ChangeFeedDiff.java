/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import io.backhaul.diff.source.ChangeFeed;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Compares the keys that Delta's change data feed names since the last settled version, and those
 * of open dead letters.
 */
final class ChangeFeedDiff implements ChangeDetector {

  @Override
  public ChangeSet detect(DetectRequest request) {
    long stateBytes = request.state().bytes();
    Optional<String> reason = whyNot(request, stateBytes);
    if (reason.isPresent()) {
      return SnapshotDiff.compareAll(request, Strategy.CHANGE_FEED, reason.get(), stateBytes);
    }
    List<String> keys = List.of(request.mapping().keySchema().fieldNames());
    ChangeFeed feed =
        request
            .source()
            .changesSince(
                request.spark(), request.cursor().sourceVersion(), request.snapshot(), keys);
    if (feed instanceof ChangeFeed.Unavailable unavailable) {
      return SnapshotDiff.compareAll(
          request, Strategy.CHANGE_FEED, unavailable.reason(), stateBytes);
    }
    try {
      return compareTouched(request, (ChangeFeed.Available) feed, stateBytes);
    } catch (RuntimeException e) {
      feed.close();
      throw e;
    }
  }

  private static Optional<String> whyNot(DetectRequest request, long stateBytes) {
    if (request.full()) {
      return Optional.of("a full run compares everything");
    }
    if (request.snapshot().version() == null) {
      return Optional.of("only a Delta table has a change data feed");
    }
    Optional<String> reason = Cursors.whyNot(request, Strategy.CHANGE_FEED, stateBytes);
    if (reason.isEmpty()
        && !Objects.equals(request.cursor().value(), request.snapshot().tableId())) {
      return Optional.of("the source table was dropped and made again");
    }
    return reason;
  }

  private static ChangeSet compareTouched(
      DetectRequest request, ChangeFeed.Available feed, long stateBytes) {
    Dataset<Row> touched = feed.keysTouched();
    Dataset<Row> letterKeys = LetterKeys.of(request);
    if (letterKeys != null) {
      touched = touched.unionByName(letterKeys).distinct();
    }
    Dataset<Row> source = SnapshotDiff.rows(request);
    Dataset<Row> keys = touched;
    Column sameKey =
        Arrays.stream(request.mapping().keySchema().fieldNames())
            .map(name -> "`" + name + "`")
            .map(name -> source.col(name).eqNullSafe(keys.col(name)))
            .reduce(Column::and)
            .orElseThrow();
    // Delta counts from its log, without reading rows; guards on the source's size need it.
    long total = request.where() == null ? request.snapshot().rows().count() : -1;
    Detection.Candidates candidates =
        new Detection.Candidates(
            Strategy.CHANGE_FEED,
            null,
            request.mapping().hashed(source.join(keys, sameKey, "left_semi")),
            touched,
            seen -> total,
            seen -> SnapshotDiff.cursor(request, Strategy.CHANGE_FEED, seen));
    return new Detection(request, candidates, stateBytes, Detection.Sizes.USUAL)
        .changes()
        .releasing(feed::close);
  }
}
