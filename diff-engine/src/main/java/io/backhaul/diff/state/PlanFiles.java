/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files that a plan was written to, one a partition of its delivery, each in the order of its
 * delivery: whoever has them need not shuffle and sort the plan again. They hold the plan for as
 * long as its run lives, whatever becomes of the table, because a file is never changed and stays
 * for days after the table's log has dropped it.
 *
 * @param partitions that the plan is delivered in
 * @param byPartition absolute paths; a partition without rows has none
 */
record PlanFiles(String runId, int partitions, SortedMap<Integer, String> byPartition) {

  /** Spark's file names begin with the number of the task that wrote them. */
  private static final Pattern NAME = Pattern.compile("part-(\\d{5,})-[^/]*");

  /** What Hadoop would take for a pattern where a path is meant. */
  private static final Pattern GLOB = Pattern.compile("[{}\\[\\]*?\\\\]");

  PlanFiles {
    byPartition = new TreeMap<>(byPartition);
  }

  /**
   * The files of a plan whose tasks wrote one each.
   *
   * @param added absolute paths of all files of the plan
   * @return empty if these are not one a partition: something divided or rewrote them
   */
  static Optional<PlanFiles> of(String runId, int partitions, List<String> added) {
    SortedMap<Integer, String> byPartition = new TreeMap<>();
    for (String path : added) {
      Matcher name = NAME.matcher(path.substring(path.lastIndexOf('/') + 1));
      if (!name.matches() || GLOB.matcher(path).find()) {
        return Optional.empty();
      }
      int partition = Integer.parseInt(name.group(1));
      if (partition >= partitions || byPartition.put(partition, path) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(new PlanFiles(runId, partitions, byPartition));
  }
}
